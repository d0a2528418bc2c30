package io.holdfast.repository.store.s3;

import java.time.Instant;
import java.util.Optional;

/**
 * The one version of a name that is the object: where a bucket keeps versions, the oldest.
 *
 * @param id absent where the bucket keeps no versions
 * @param tag the ETag
 * @param size bytes
 * @param stored whole seconds by the server's clock
 */
record S3Version(Optional<String> id, String tag, long size, Instant stored) {}
