package io.holdfast.repository.copy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;

/** A copy was not made. What was copied before stays, and is not copied again. */
public final class CopyException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;

    private CopyException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    static CopyException same(String location) {
        return new CopyException(
                "copy.same-place",
                ProblemKind.USAGE,
                "%s is the repository itself".formatted(location),
                "name another folder or bucket");
    }

    static CopyException otherRepository(String location) {
        return new CopyException(
                "copy.other-repository",
                ProblemKind.REFUSED,
                "there is another repository in %s".formatted(location),
                "copy to an empty place, or to one that holds a copy of this repository");
    }

    static CopyException differs(ObjectKey key, String location) {
        return new CopyException(
                "copy.differs",
                ProblemKind.REFUSED,
                "'%s' is not the same in %s: it is not only a copy any more".formatted(key, location),
                "somebody has used it as a repository of its own, or damaged it: copy to another place");
    }

    static CopyException damaged(ObjectKey key, String location) {
        return new CopyException(
                "copy.damaged",
                ProblemKind.DAMAGED,
                "'%s' in %s is damaged and was not copied".formatted(key, location),
                "'holdfast verify' says what that costs; backups that do not need it can be copied");
    }

    static CopyException damagedThere(ObjectKey key, String location) {
        return new CopyException(
                "copy.damaged-there",
                ProblemKind.DAMAGED,
                "'%s' was in %s before, and is damaged or not the repository's".formatted(key, location),
                "'holdfast verify --repository %s' says what else is; remove it there, or copy to another place"
                        .formatted(location));
    }

    static CopyException keepsVanishing(ObjectKey key, String location) {
        return new CopyException(
                "copy.keeps-vanishing",
                ProblemKind.UNAVAILABLE,
                "what is to be copied from %s goes away before it is read, the last time '%s'".formatted(location, key),
                "copy again when 'holdfast expire' has done its work there");
    }

    static CopyException missing(ObjectKey key, String location) {
        return new CopyException(
                "copy.missing",
                ProblemKind.DAMAGED,
                "'%s' is needed and is not in %s".formatted(key, location),
                "'holdfast verify' says what that costs; backups that do not need it can be copied");
    }

    static CopyException voidThere(BackupId backup, String location) {
        return new CopyException(
                "copy.void",
                ProblemKind.REFUSED,
                "the manifest of backup %s in %s does not count: it was stored when nobody kept what it needs"
                        .formatted(backup, location),
                "run 'holdfast expire' there until it has gone, then copy again");
    }

    /** Somebody asked for a backup that is not there, or does not count. */
    public static CopyException noBackup(BackupId backup) {
        return new CopyException(
                "copy.no-backup",
                ProblemKind.REFUSED,
                "there is no backup %s to copy".formatted(backup),
                "'holdfast info' lists the backups that there are");
    }

    static CopyException canceled() {
        return new CopyException(
                "copy.canceled",
                ProblemKind.UNAVAILABLE,
                "the copy was stopped",
                "start it again: what was copied is not copied once more");
    }

    /** Whether somebody has stopped it. */
    public boolean isCancel() {
        return code.equals("copy.canceled");
    }

    /** Whether it is about one object that was to be copied, and not about the place. */
    boolean isDamage() {
        return code.equals("copy.damaged");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
