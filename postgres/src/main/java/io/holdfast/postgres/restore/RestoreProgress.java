package io.holdfast.postgres.restore;

import java.time.Instant;

/** Is told how a restore gets on. Called from several threads; must be quick. */
public interface RestoreProgress {

    /** What a restore does, in order. */
    enum Phase {
        PLANNING("deciding"),
        SAVING_WAL("saving WAL that only this directory has"),
        COPYING("copying"),
        CONFIGURING("writing recovery settings"),
        FORCING("forcing files to disk"),
        FINISHING("putting pg_control in place"),
        RECOVERING("recovering");

        private final String description;

        Phase(String description) {
            this.description = description;
        }

        public String description() {
            return description;
        }
    }

    RestoreProgress NONE = new RestoreProgress() {
        @Override
        public void phase(Phase phase) {}

        @Override
        public void expected(long bytes) {}

        @Override
        public void advanced(long bytes) {}
    };

    void phase(Phase phase);

    /** How many bytes the phase that has just begun will handle. */
    void expected(long bytes);

    /** So many more bytes are done: copied, or found to be right already. */
    void advanced(long bytes);

    /** Something that a person should know, in one line. */
    default void remark(String line) {}

    /**
     * What is read could not be held: only a policy keeps it.
     *
     * @param stored when the manifest of the backup was, by the store's clock
     */
    default void notHeld(String reason, Instant stored) {}
}
