package io.holdfast.postgres.cluster;

import io.holdfast.postgres.wal.WalSegmentSize;

/**
 * Sizes fixed when the cluster was made or PostgreSQL was built.
 *
 * @param blockBytes of a page of a relation
 * @param walBlockBytes of a page of WAL
 * @param relationSegmentBytes where a relation goes on in another file
 * @param dataChecksums whether pages carry checksums
 */
public record StorageLayout(
        int blockBytes,
        int walBlockBytes,
        long relationSegmentBytes,
        WalSegmentSize walSegmentSize,
        boolean dataChecksums) {}
