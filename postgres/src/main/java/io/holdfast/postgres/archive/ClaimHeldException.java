package io.holdfast.postgres.archive;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.time.Duration;

/** Another session captures this member, or did so a moment ago. Nothing was stored. */
public final class ClaimHeldException extends HoldfastException {

    private static final long serialVersionUID = 1;

    ClaimHeldException(ClaimDocument holder, Duration sinceRenewal) {
        super(
                "member '%s' is captured by session %d on host '%s', which gave a sign of life %d s ago"
                        .formatted(holder.member(), holder.session(), holder.host(), sinceRenewal.toSeconds()),
                "stop that session, give this host a member name of its own, wait %d s, or use --take-over"
                        .formatted(Claims.LIFE.toSeconds()));
    }

    @Override
    public String code() {
        return "archive.claim-held";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
