package io.holdfast.postgres.copy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.pack.BackupId;

/** A backup is not copied, or its copy is none. */
public final class CopyRefusedException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final ProblemKind kind;

    private CopyRefusedException(ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.kind = kind;
    }

    static CopyRefusedException noGeneration(BackupId backup, int generation) {
        return new CopyRefusedException(
                ProblemKind.DAMAGED,
                "backup %s is of generation %d, which cannot be read".formatted(backup, generation),
                "'holdfast verify' says what is damaged");
    }

    static CopyRefusedException unusable(BackupId backup, String why) {
        return new CopyRefusedException(
                ProblemKind.DAMAGED,
                "backup %s cannot be restored where it is, and is not copied: %s".formatted(backup, why),
                "'holdfast info' shows which backups can be restored");
    }

    static CopyRefusedException notRestorable(BackupId backup, String location, String why) {
        return new CopyRefusedException(
                ProblemKind.DAMAGED,
                "the copy of backup %s in %s cannot be restored: %s".formatted(backup, location, why),
                "'holdfast info' and 'holdfast verify' of that place show what is wrong with it; run the copy again");
    }

    @Override
    public String code() {
        return "copy.refused";
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
