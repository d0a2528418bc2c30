package io.holdfast.repository.key.kms;

import io.holdfast.problem.ProblemKind;

/** The classes of failure of a request to KMS: each has its own remedy. */
enum KmsTrouble {
    PERMISSION("kms.no-permission", ProblemKind.ENVIRONMENT),
    CREDENTIALS("kms.no-credentials", ProblemKind.ENVIRONMENT),
    REGION("kms.no-region", ProblemKind.ENVIRONMENT),
    MISSING("kms.key-missing", ProblemKind.KEY),
    DISABLED("kms.key-disabled", ProblemKind.KEY),

    /** It is to be deleted, or its material is not there. */
    STATE("kms.key-state", ProblemKind.KEY),

    /** It signs, or is otherwise none that encrypts symmetrically. */
    USAGE("kms.key-usage", ProblemKind.KEY),
    REFUSED("kms.refused", ProblemKind.ENVIRONMENT),
    THROTTLED("kms.throttled", ProblemKind.UNAVAILABLE),
    SERVER("kms.failed", ProblemKind.UNAVAILABLE),
    UNREACHABLE("kms.unreachable", ProblemKind.UNAVAILABLE),
    INTERRUPTED("kms.interrupted", ProblemKind.UNAVAILABLE);

    private final String code;
    private final ProblemKind kind;

    KmsTrouble(String code, ProblemKind kind) {
        this.code = code;
        this.kind = kind;
    }

    String code() {
        return code;
    }

    ProblemKind kind() {
        return kind;
    }
}
