package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The prefetcher cannot go on. The server is told, stops, and goes on when this has been mended. */
public final class ReplayException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;

    private ReplayException(String code, ProblemKind kind, String message, String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.code = code;
        this.kind = kind;
    }

    static ReplayException notOnTheWay(WalSegmentName name, ReplayCatalogue catalogue) {
        return new ReplayException(
                "replay.not-on-the-way",
                ProblemKind.REFUSED,
                "segment %s is not on the way to timeline %s at %s"
                        .formatted(name, catalogue.history().timeline(), catalogue.end()),
                "the server was given another recovery target than it was restored for: restore it again",
                null);
    }

    static ReplayException missing(Lsn position) {
        return new ReplayException(
                "replay.missing",
                ProblemKind.DAMAGED,
                "WAL at %s was in the repository when the restore began, and is not now".formatted(position),
                "somebody or something removed it: bring it back, then start the server again",
                null);
    }

    static ReplayException io(String what, Path path, IOException cause) {
        return new ReplayException(
                "replay.file",
                ProblemKind.ENVIRONMENT,
                "cannot %s '%s': %s".formatted(what, path, cause.getMessage()),
                "see its permissions and the free space",
                cause);
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
