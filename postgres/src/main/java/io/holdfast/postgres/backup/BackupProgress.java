package io.holdfast.postgres.backup;

/** Is told how a backup gets on. Called from several threads; must be quick. */
public interface BackupProgress {

    /** What a backup does, in order. */
    enum Phase {
        STARTING("waiting for the checkpoint"),
        FINDING_CHANGES("finding out what has changed"),
        COPYING("copying"),
        WAITING_FOR_WAL("waiting for the WAL to the stop position"),
        COMMITTING("committing");

        private final String description;

        Phase(String description) {
            this.description = description;
        }

        public String description() {
            return description;
        }
    }

    BackupProgress NONE = new BackupProgress() {
        @Override
        public void phase(Phase phase) {}

        @Override
        public void expected(long bytes) {}

        @Override
        public void advanced(long bytes) {}

        @Override
        public void spared(long bytes) {}
    };

    void phase(Phase phase);

    /** How many bytes will be read, as far as a first look tells. */
    void expected(long bytes);

    /** So many more bytes were read. */
    void advanced(long bytes);

    /** So many of the expected bytes need not be read. */
    void spared(long bytes);
}
