package io.holdfast.repository.removal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Something is not done, because with it what somebody needs could be removed, or was. */
public final class RemovalException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private static final int MOST_SHOWN = 20;

    private final String code;
    private final ProblemKind kind;

    private RemovalException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    static RemovalException unsafeStore(String location, Capability missing) {
        return new RemovalException(
                "removal.unsafe-store",
                ProblemKind.REFUSED,
                "nothing is removed from %s: %s"
                        .formatted(
                                location,
                                switch (missing) {
                                    case CONSISTENT_LISTING -> "its listing may lack what somebody has just stored";
                                    case CONDITIONAL_CREATE ->
                                        "two that create the same object at once are not told of each other";
                                    case RETENTION_LOCK -> "it has no locks";
                                    case OWN_CLOCK -> "it has no clock of its own";
                                    case KEEPS_OVERWRITTEN -> "it keeps no versions";
                                }),
                "keep the repository on a store that promises it; a file system needs hard links");
    }

    static RemovalException intentDied(BackupId backup, Instant ended) {
        return new RemovalException(
                "removal.intent-died",
                ProblemKind.UNAVAILABLE,
                "the intent of backup %s died at %s: what the backup needs may have been removed"
                        .formatted(backup, ended),
                "take another backup; a backup must not sleep for a day");
    }

    static RemovalException condemned(BackupId backup, ObjectKey key) {
        return new RemovalException(
                "removal.condemned",
                ProblemKind.UNAVAILABLE,
                "'%s', which backup %s needs, was condemned while it was taken".formatted(key, backup),
                "take another backup: it will build upon a parent that stays");
    }

    static RemovalException copyDied(BackupId backup, Instant ended) {
        return new RemovalException(
                "removal.copy-died",
                ProblemKind.UNAVAILABLE,
                "the copy of backup %s slept until after %s: what it needs may have been removed"
                        .formatted(backup, ended),
                "copy it again: what was copied is not copied twice");
    }

    static RemovalException condemnedForCopy(BackupId backup, ObjectKey key) {
        return new RemovalException(
                "removal.condemned-for-copy",
                ProblemKind.UNAVAILABLE,
                "'%s', which the copy of backup %s needs, is announced for removal where it is copied to"
                        .formatted(key, backup),
                "run 'holdfast expire' there until it has gone, then copy again; or let the policy there keep as much as here");
    }

    static RemovalException unreadable(List<Unreadable> objects) {
        var sorted = objects.stream()
                .sorted(Comparator.comparing(Unreadable::object))
                .distinct()
                .toList();
        var shown = sorted.stream().limit(MOST_SHOWN).toList();
        return new RemovalException(
                "removal.unreadable",
                ProblemKind.DAMAGED,
                "nothing is removed: %s not authenticate, and what %s is not known: %s%s"
                        .formatted(
                                sorted.size() == 1 ? "an object does" : sorted.size() + " objects do",
                                sorted.size() == 1 ? "it may protect" : "they may protect",
                                shown.stream().map(Unreadable::why).collect(Collectors.joining("; ")),
                                sorted.size() > shown.size()
                                        ? "; and %d more".formatted(sorted.size() - shown.size())
                                        : ""),
                ("what is damaged may be restored from a copy of the repository. What nobody of yours has stored was put there by somebody who can"
                                + " write to the store and has no key: shut them out, then disown it with 'holdfast expire%s'. A backup whose"
                                + " manifest is disowned is given up")
                        .formatted(shown.stream()
                                .map(found -> " --foreign " + found.object())
                                .collect(Collectors.joining())));
    }

    static RemovalException notForeign(ObjectKey key, String why) {
        return new RemovalException(
                "removal.not-foreign",
                ProblemKind.REFUSED,
                "'%s' is not disowned, and nothing was removed: %s".formatted(key, why),
                "only what does not authenticate can be disowned; 'holdfast verify' lists it");
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
