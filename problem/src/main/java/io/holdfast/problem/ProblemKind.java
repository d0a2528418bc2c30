package io.holdfast.problem;

/** The kinds of trouble a command can end in. Each has one exit code, documented in {@code docs/exit-codes.md}. */
public enum ProblemKind {
    /** What was asked makes no sense as written: an unknown key, a time without an offset. Nothing was touched. */
    USAGE(2),

    /** What was asked is refused in the present state of the world: a live server, another cluster. Nothing was touched. */
    REFUSED(3),

    /** The wanted point in time cannot be reached with what the repository holds. Nothing was touched. */
    UNREACHABLE(4),

    /** A key is missing, wrong or readable by others. */
    KEY(5),

    /** Stored or live data are damaged: authentication failed, a checksum does not match. */
    DAMAGED(6),

    /** A server, a store or the network did not do its part; the same call may succeed later. */
    UNAVAILABLE(7),

    /** No space or no permission, or another thing that the machine lacks. */
    ENVIRONMENT(8),

    /** A defect of Holdfast itself. */
    DEFECT(70);

    private final int exitCode;

    ProblemKind(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
