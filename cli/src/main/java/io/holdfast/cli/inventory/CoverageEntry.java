package io.holdfast.cli.inventory;

import io.holdfast.postgres.archive.WalRange;

/** A stretch of WAL without a hole. Between two of one timeline something is missing. */
public record CoverageEntry(int generation, String timeline, String fromLsn, String toLsn, long bytes) {

    static CoverageEntry of(int generation, WalRange range) {
        return new CoverageEntry(
                generation,
                range.timeline().toString(),
                range.start().toString(),
                range.end().toString(),
                range.bytes());
    }
}
