package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A server is not a member of the cluster that the repository protects. Nothing was stored. */
public final class OtherClusterException extends HoldfastException {

    private static final long serialVersionUID = 1;

    public OtherClusterException(String name, SystemIdentifier other) {
        super(
                "repository '%s' protects another cluster than the one with system identifier %s"
                        .formatted(name, other),
                "connect to the cluster it was made for, or make a repository of its own for this one with 'holdfast init'");
    }

    @Override
    public String code() {
        return "archive.other-cluster";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
