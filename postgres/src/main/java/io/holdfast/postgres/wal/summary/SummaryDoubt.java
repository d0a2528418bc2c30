package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Duration;

/** Why it cannot be known from WAL summaries which blocks have changed. Each has a code that stays, and a sentence. */
public sealed interface SummaryDoubt {

    /** Stable and greppable; never reused for another meaning. */
    String code();

    /** For people: lower case, no full stop. */
    String sentence();

    /** Summaries came with PostgreSQL 17. */
    record VersionTooOld(ServerVersion version) implements SummaryDoubt {

        @Override
        public String code() {
            return "version";
        }

        @Override
        public String sentence() {
            return "PostgreSQL %s writes no WAL summaries, which came with 17".formatted(version);
        }
    }

    record OtherHistory(TimelineId prior, TimelineId own) implements SummaryDoubt {

        @Override
        public String code() {
            return "other-history";
        }

        @Override
        public String sentence() {
            return "the prior backup is of timeline %s, which is not in the history of timeline %s"
                    .formatted(prior, own);
        }
    }

    /**
     * The prior backup went on where this server left its timeline.
     *
     * @param left where this server went over to another timeline
     */
    record Diverged(TimelineId timeline, Lsn stop, Lsn left) implements SummaryDoubt {

        @Override
        public String code() {
            return "diverged";
        }

        @Override
        public String sentence() {
            return "the prior backup stopped at %s on timeline %s, which this server left at %s"
                    .formatted(stop, timeline, left);
        }
    }

    /** On a standby whose primary is idle a backup can start where the one before has started. */
    record PriorNotOver(Lsn stop, Lsn start) implements SummaryDoubt {

        @Override
        public String code() {
            return "prior-not-over";
        }

        @Override
        public String sentence() {
            return "the prior backup stopped at %s, after %s where this one starts".formatted(stop, start);
        }
    }

    /**
     * The prior backup started at the redo position of a checkpoint, and this server has none there: its files have gone back
     * in time since (a snapshot of a disk or of a virtual machine), or are a copy of the prior's.
     */
    record OtherWal(TimelineId timeline, Lsn start) implements SummaryDoubt {

        @Override
        public String code() {
            return "other-wal";
        }

        @Override
        public String sentence() {
            return "the prior backup started at %s on timeline %s, where this server's WAL has no checkpoint: it is not the same WAL"
                    .formatted(start, timeline);
        }
    }

    /**
     * Nothing will be summarized any more.
     *
     * @param missing the first piece of WAL that has no summary
     */
    record SummarizerOff(WalRange missing) implements SummaryDoubt {

        @Override
        public String code() {
            return "summarizer-off";
        }

        @Override
        public String sentence() {
            return "summarize_wal is off, and there is no WAL summary from " + missing;
        }
    }

    /**
     * Summaries were removed, summarize_wal was off for a while, or wal_level was minimal.
     *
     * @param missing the first piece of WAL that has no summary and will never get one
     */
    record Hole(WalRange missing) implements SummaryDoubt {

        @Override
        public String code() {
            return "hole";
        }

        @Override
        public String sentence() {
            return "there is no WAL summary from " + missing;
        }
    }

    /**
     * The summarizer hangs, fails again and again, or does not run.
     *
     * @param missing what it should have summarized
     * @param written where the next summary begins
     * @param read how far it has read without writing a summary yet
     */
    record SummarizerStuck(WalRange missing, Lsn written, Lsn read, Duration silence) implements SummaryDoubt {

        @Override
        public String code() {
            return "summarizer-stuck";
        }

        @Override
        public String sentence() {
            return "the WAL summarizer has not moved for %d s: WAL summaries are needed up to %s, it has written up to %s and read up to %s"
                    .formatted(silence.toSeconds(), missing.to(), written, read);
        }
    }

    record Damaged(String file, String fault) implements SummaryDoubt {

        @Override
        public String code() {
            return "damaged";
        }

        @Override
        public String sentence() {
            return "WAL summary '%s' cannot be used: %s".formatted(file, fault);
        }
    }

    /** The files in pg_wal/summaries cannot be read. */
    record FilesUnreadable(String reason) implements SummaryDoubt {

        @Override
        public String code() {
            return "files-unreadable";
        }

        @Override
        public String sentence() {
            return "the WAL summaries cannot be read: " + reason;
        }
    }

    /** The server does not answer what is asked about its summaries. */
    record ServerRefused(String message) implements SummaryDoubt {

        @Override
        public String code() {
            return "server-refused";
        }

        @Override
        public String sentence() {
            return "the server does not tell about its WAL summaries: " + message;
        }
    }
}
