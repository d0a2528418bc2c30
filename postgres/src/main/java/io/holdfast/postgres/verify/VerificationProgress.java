package io.holdfast.postgres.verify;

import io.holdfast.postgres.restore.RestoreProgress;

/** Is told how the verification of a backup gets on. Must be quick. */
public interface VerificationProgress {

    VerificationProgress NONE = new VerificationProgress() {
        @Override
        public RestoreProgress restore() {
            return RestoreProgress.NONE;
        }

        @Override
        public void remark(String line) {}
    };

    /** Is told of the restore. */
    RestoreProgress restore();

    /** What is being done now, or has gone wrong on the side, in one line. */
    void remark(String line);
}
