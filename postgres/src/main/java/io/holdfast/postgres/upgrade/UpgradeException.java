package io.holdfast.postgres.upgrade;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.LiveClaim;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** No generation was opened. */
public final class UpgradeException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;

    private UpgradeException(String code, String message, String hint) {
        super(message, hint);
        this.code = code;
    }

    static UpgradeException nothingYet(String repository) {
        return new UpgradeException(
                "upgrade.nothing-yet",
                "repository '%s' protects no cluster yet: there is none that could be over".formatted(repository),
                "the first backup or capture makes it this server's: 'holdfast backup'");
    }

    static UpgradeException stillCaptured(LiveClaim live) {
        return new UpgradeException(
                "upgrade.still-captured",
                "member '%s' is still captured by session %d on host '%s', which gave a sign of life %d s ago"
                        .formatted(
                                live.document().member(),
                                live.document().session(),
                                live.document().host(),
                                live.age().toSeconds()),
                "see that the old server is stopped for good; stop that capture when it has stored everything, and wait a minute");
    }

    /** Nobody has said which cluster is over. */
    public static UpgradeException notConfirmed(Generation current) {
        return new UpgradeException(
                "upgrade.not-confirmed",
                "nobody has said that generation %d is over: PostgreSQL %d with system identifier %s"
                        .formatted(current.number(), current.majorVersion(), current.systemIdentifier()),
                "when its server is stopped for good: holdfast upgrade --over " + current.systemIdentifier());
    }

    static UpgradeException notTheCurrent(SystemIdentifier over, Generation current) {
        return new UpgradeException(
                "upgrade.not-the-current",
                "the repository protects the cluster with system identifier %s, not %s"
                        .formatted(current.systemIdentifier(), over),
                "'holdfast info' shows the generations; the last one is the one that would be over");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
