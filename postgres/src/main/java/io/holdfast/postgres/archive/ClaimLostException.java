package io.holdfast.postgres.archive;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A newer session has taken the member over: this one may not store anything any more. */
public final class ClaimLostException extends HoldfastException {

    private static final long serialVersionUID = 1;

    ClaimLostException(Claim lost) {
        super(
                "session %d of member '%s' was superseded by a newer one".formatted(lost.session(), lost.member()),
                "this process stops; give each host a member name of its own");
    }

    @Override
    public String code() {
        return "archive.claim-lost";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
