package io.holdfast.postgres.wal.summary;

import java.time.Duration;
import java.util.List;

/** Whether WAL summaries tell which blocks have changed since a prior backup. */
public sealed interface SummaryOutcome {

    /** How long the summarizer was waited for. */
    Duration waited();

    /**
     * Everything from the start of the prior backup to the start of this one is covered.
     *
     * @param filesRead number of summaries
     * @param bytesRead of summary files; 0 where the server read them for us
     */
    record Known(BlockChanges changes, Source source, int filesRead, long bytesRead, Duration waited)
            implements SummaryOutcome {}

    /**
     * What has changed must be found in another way.
     *
     * @param doubts why, at least one
     */
    record Unknown(List<SummaryDoubt> doubts, Duration waited) implements SummaryOutcome {

        public Unknown {
            doubts = List.copyOf(doubts);
        }
    }

    /** Who read the summaries. */
    enum Source {
        FILES,

        /** The server's own functions, where its files are closed to us. */
        FUNCTIONS
    }
}
