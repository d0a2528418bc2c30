package io.holdfast.postgres.retention;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.pack.BackupId;

/** What should be held is not there, or may not be there for long. */
public final class HoldRefusedException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private HoldRefusedException(String message, String hint) {
        super(message, hint);
    }

    static HoldRefusedException noBackup(BackupId backup) {
        return new HoldRefusedException(
                "there is no backup %s to hold".formatted(backup), "'holdfast info' lists the backups that there are");
    }

    static HoldRefusedException noBackupBefore(Lsn position) {
        return new HoldRefusedException(
                "there is no backup that ends before %s".formatted(position),
                "'holdfast info' shows which points can be recovered");
    }

    static HoldRefusedException endBeforeBegin(Lsn from, Lsn to) {
        return new HoldRefusedException(
                "the end of what shall stay recoverable, %s, lies before its begin, %s".formatted(to, from),
                "name both the other way round");
    }

    static HoldRefusedException notRecoverable(Lsn from, Lsn to) {
        return new HoldRefusedException(
                "%s to %s cannot be recovered, so there is nothing to hold: WAL is missing behind every backup that ends before"
                                .formatted(from, to)
                        + " it, or does not go so far",
                "'holdfast info' shows which points can be recovered");
    }

    static HoldRefusedException condemned(BackupId backup, int hold) {
        return new HoldRefusedException(
                "backup %s was announced for removal before hold %d was placed, so it may still go"
                        .formatted(backup, hold),
                "the hold stays; run 'holdfast expire', and if 'holdfast info' still shows the backup after that, it is safe");
    }

    @Override
    public String code() {
        return "hold.refused";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
