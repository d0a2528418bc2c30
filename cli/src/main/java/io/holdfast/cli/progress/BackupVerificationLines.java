package io.holdfast.cli.progress;

import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.verify.VerificationProgress;
import java.io.PrintWriter;

/**
 * One line for each step of the verification of a backup.
 *
 * @param restore the lines of the restore
 */
public record BackupVerificationLines(PrintWriter err, RestoreProgress restore) implements VerificationProgress {

    @Override
    public void remark(String line) {
        err.println("holdfast: " + line);
        err.flush();
    }
}
