package io.holdfast.postgres.verify;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The record that a backup was restored, started, checked and queried, with the time it took; a document beneath
 * {@code proof/}.
 *
 * @param version of the document
 * @param target up to where it was recovered
 * @param by who did it, for people
 * @param recovered absent if no server came up
 * @param bytes of the cluster's files
 * @param copySeconds until everything was on disk; absent if that never was
 */
public record Proof(
        int version,
        BackupId backup,
        int generation,
        Verdict verdict,
        Target target,
        Instant begun,
        Instant completed,
        String by,
        Optional<Recovered> recovered,
        long bytes,
        Optional<Double> copySeconds,
        List<Check> checks) {

    static final int VERSION = 0;

    /** Up to where a backup is recovered. */
    public enum Target {
        /** To where it is consistent by itself. */
        BACKUP_END("the end of the backup"),

        /** To the end of the WAL that follows it. */
        LATEST("the end of the WAL");

        private final String words;

        Target(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * What came up.
     *
     * @param to where recovery ended
     * @param seconds from the start of the server until it took writes
     */
    public record Recovered(TimelineId timeline, Lsn to, Optional<Instant> lastCommit, double seconds) {}

    public Proof {
        checks = List.copyOf(checks);
    }

    /** From the first byte until the server took writes: what a restore would have taken here. */
    public Optional<Duration> restoreTime() {
        return copySeconds.flatMap(copy ->
                recovered.map(server -> Duration.ofMillis(Math.round((copy + server.seconds()) * 1000))));
    }

    /** What follows from all checks together. */
    static Verdict verdict(List<Check> checks) {
        if (checks.stream().anyMatch(check -> check.verdict() == Verdict.BAD)) {
            return Verdict.BAD;
        }
        return checks.stream().filter(Check::asked).allMatch(check -> check.verdict() == Verdict.GOOD)
                ? Verdict.GOOD
                : Verdict.UNDETERMINED;
    }
}
