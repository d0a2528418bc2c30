package io.holdfast.repository.store.s3;

import io.holdfast.problem.ProblemKind;

/** The classes of failure of a request: each has its own remedy. */
enum S3Trouble {
    PERMISSION("store.no-permission", ProblemKind.ENVIRONMENT, false),
    CREDENTIALS("store.no-credentials", ProblemKind.ENVIRONMENT, false),
    BUCKET_MISSING("store.bucket-missing", ProblemKind.ENVIRONMENT, false),
    WRONG_REGION("store.wrong-region", ProblemKind.ENVIRONMENT, false),

    /** The object, version or upload does not exist. */
    MISSING("store.object-missing", ProblemKind.DAMAGED, false),

    /** The condition of a request does not hold: the name is taken, or the object is not the one that was opened. */
    PRECONDITION("store.precondition", ProblemKind.REFUSED, false),
    NOT_IMPLEMENTED("store.not-implemented", ProblemKind.ENVIRONMENT, false),
    REFUSED("store.failed", ProblemKind.ENVIRONMENT, false),
    DAMAGED("store.object-damaged", ProblemKind.DAMAGED, false),
    INTERRUPTED("store.interrupted", ProblemKind.UNAVAILABLE, false),

    /** The server asks for fewer requests. */
    THROTTLED("store.throttled", ProblemKind.UNAVAILABLE, true),

    /** The server failed, or bytes were damaged on their way to it. */
    SERVER("store.failed", ProblemKind.UNAVAILABLE, true),
    UNREACHABLE("store.unreachable", ProblemKind.UNAVAILABLE, true);

    private final String code;
    private final ProblemKind kind;
    private final boolean worthAnotherTry;

    S3Trouble(String code, ProblemKind kind, boolean worthAnotherTry) {
        this.code = code;
        this.kind = kind;
        this.worthAnotherTry = worthAnotherTry;
    }

    String code() {
        return code;
    }

    ProblemKind kind() {
        return kind;
    }

    boolean worthAnotherTry() {
        return worthAnotherTry;
    }
}
