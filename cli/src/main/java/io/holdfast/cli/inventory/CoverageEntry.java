package io.holdfast.cli.inventory;

import io.holdfast.postgres.archive.WalRange;

/** A stretch of WAL without a hole. Between two of one timeline something is missing. */
public record CoverageEntry(String timeline, String fromLsn, String toLsn, long bytes) {

    static CoverageEntry of(WalRange range) {
        return new CoverageEntry(
                range.timeline().toString(),
                range.start().toString(),
                range.end().toString(),
                range.bytes());
    }
}
