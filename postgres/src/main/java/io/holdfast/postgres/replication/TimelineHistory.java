package io.holdfast.postgres.replication;

/**
 * The history file of a timeline, byte for byte.
 *
 * @param fileName for example {@code 00000002.history}
 * @param content not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: written to a file or parsed.
public record TimelineHistory(String fileName, byte[] content) {}
