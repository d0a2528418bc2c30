package io.holdfast.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of the application, and for how long.
 *
 * @param wal absent: there is no recovery to a point in time
 * @param provenEvery how old the newest proof that one of them can be restored may be; absent: not said
 */
public record BackupStrategy(
        List<DatabaseBackup> database,
        Optional<WalArchive> wal,
        List<StateBackup> state,
        List<ConfigurationBackup> configuration,
        Optional<Duration> provenEvery) {

    public BackupStrategy {
        database = List.copyOf(database);
        state = List.copyOf(state);
        configuration = List.copyOf(configuration);
    }

    /** How the database is copied. */
    public enum Method {
        /** SQL text, of one moment. */
        DUMP,
        /** The files of the cluster, from which WAL leads on. */
        PHYSICAL
    }

    /**
     * Copies of the whole database at certain times.
     *
     * @param location in words, or a URL
     * @param encryption one statement each
     * @param byHand commands that look at them
     */
    public record DatabaseBackup(
            String title,
            Method method,
            Timing timing,
            Duration retention,
            String location,
            List<String> encryption,
            List<Commands> byHand) {

        public DatabaseBackup {
            encryption = List.copyOf(encryption);
            byHand = List.copyOf(byHand);
        }
    }

    /**
     * What makes recovery to a point in time possible.
     *
     * @param interval after which a commit is in the archive at the latest
     * @param retention how far back it reaches
     * @param granularity to which points, in words
     */
    public record WalArchive(String title, Duration interval, Duration retention, String granularity) {}

    /**
     * What else the application consists of.
     *
     * @param title what it belongs to
     * @param what is kept
     * @param timing absent: not said
     * @param retention absent: not said
     * @param copies what is copied elsewhere; absent: nothing
     */
    public record StateBackup(
            String title,
            String what,
            Optional<Timing> timing,
            Optional<Duration> retention,
            Optional<String> copies,
            List<Commands> byHand) {

        public StateBackup {
            byHand = List.copyOf(byHand);
        }
    }

    /** One row of what is kept of the configuration. */
    public record ConfigurationBackup(String item, String location, String frequency) {}

    /** Commands for a person, and what they are for. */
    public record Commands(String title, String text) {}
}
