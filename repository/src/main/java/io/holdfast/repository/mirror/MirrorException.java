package io.holdfast.repository.mirror;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of several stores cannot do its part. */
public final class MirrorException extends StoreException {

    private static final long serialVersionUID = 1;

    private final String code;

    private MirrorException(String code, String message, String hint, ProblemKind kind, @Nullable Throwable cause) {
        super(message, hint, kind, cause);
        this.code = code;
    }

    /** A place that is empty, or a disk that is not mounted. */
    public static MirrorException notInitialised(String location) {
        return new MirrorException(
                "mirror.not-initialised",
                "there is no repository in %s, which is named as one of its places".formatted(location),
                "make sure that it is mounted; if it is new, 'holdfast mirror init' begins it",
                ProblemKind.UNAVAILABLE,
                null);
    }

    static MirrorException otherRepository(String location, String first) {
        return new MirrorException(
                "mirror.other-repository",
                "%s holds another repository than %s".formatted(location, first),
                "correct repository.mirrors; nothing was changed there",
                ProblemKind.UNAVAILABLE,
                null);
    }

    static MirrorException tooSlow(String location, Duration patience) {
        return new MirrorException(
                "mirror.too-slow",
                "%s took nothing for %d s".formatted(location, patience.toSeconds()),
                "it is left alone for a while, and gets what it lacks later",
                ProblemKind.UNAVAILABLE,
                null);
    }

    static MirrorException needsFirst(ObjectKey key, String first, StoreException why) {
        return new MirrorException(
                "mirror.needs-first",
                "'%s' is decided by %s, which does not answer: %s".formatted(key, first, why.getMessage()),
                why.hint(),
                ProblemKind.UNAVAILABLE,
                why);
    }

    /** The backup is whole where it is, and the policy asks for more. */
    public static MirrorException notInAll(
            String backup, List<String> locations, CommitPolicy policy, HoldfastException why) {
        return new MirrorException(
                "mirror.behind",
                "backup %s is in %s, which is less than '%s' asks for: %s"
                        .formatted(backup, String.join(", ", locations), policy, why.getMessage()),
                why.hint() + "; it can be restored from there, and 'holdfast mirror heal' brings it to the others",
                ProblemKind.UNAVAILABLE,
                why);
    }

    static MirrorException interrupted(ObjectKey key) {
        return new MirrorException(
                "store.failed",
                "interrupted while '%s' was stored".formatted(key),
                "give the command again",
                ProblemKind.UNAVAILABLE,
                null);
    }

    @Override
    public String code() {
        return code;
    }
}
