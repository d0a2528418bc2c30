package io.holdfast.repository.store;

import java.time.Instant;

/**
 * What a store says of one object without its content.
 *
 * @param size bytes
 * @param stored when the object became visible, by the store's own clock if it has one, else by this host's
 */
public record StoredObject(ObjectKey key, long size, Instant stored) {}
