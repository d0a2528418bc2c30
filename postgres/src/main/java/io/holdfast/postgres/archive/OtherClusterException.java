package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A server is not a member of the cluster that the repository protects now. Nothing was stored. */
public final class OtherClusterException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private OtherClusterException(String message, String hint) {
        super(message, hint);
    }

    /** A cluster that the repository has never seen. */
    public static OtherClusterException unknown(String name, SystemIdentifier found, Generation current) {
        return new OtherClusterException(
                "repository '%s' protects another cluster than the one with system identifier %s"
                        .formatted(name, found),
                ("connect to the cluster it was made for, %s; if that one is over and this one takes its place (pg_upgrade,"
                                + " dump and reload), say so with 'holdfast upgrade'; else make this one a repository of its"
                                + " own with 'holdfast init'")
                        .formatted(current.systemIdentifier()));
    }

    /** A cluster that another one has followed. */
    public static OtherClusterException past(String name, Generation past, Generation current) {
        return new OtherClusterException(
                "the cluster with system identifier %s is generation %d of repository '%s', and over: generation %d has followed"
                        .formatted(past.systemIdentifier(), past.number(), name, current.number()),
                "stop that server, or connect to the one that follows it, with system identifier %s"
                        .formatted(current.systemIdentifier()));
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
