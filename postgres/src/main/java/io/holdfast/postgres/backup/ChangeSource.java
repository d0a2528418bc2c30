package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.summary.BlockChanges;
import java.time.Duration;
import java.util.List;

/** From where a backup knows what to read. */
sealed interface ChangeSource {

    /** Everything is read and stored. */
    record Everything() implements ChangeSource {}

    /** There is a parent with which frames are shared. */
    sealed interface Incremental extends ChangeSource {

        ParentBackup parent();

        /** How long the server's summarizer was waited for. */
        Duration waited();
    }

    /** Everything is read and compared with the parent. */
    record Compared(ParentBackup parent, List<IncrementalDetails.Doubt> doubts, Duration waited)
            implements Incremental {

        public Compared {
            doubts = List.copyOf(doubts);
        }
    }

    /** What changed since the parent's start is known. */
    record Summarized(ParentBackup parent, BlockChanges changes, int filesRead, long bytesRead, Duration waited)
            implements Incremental {}
}
