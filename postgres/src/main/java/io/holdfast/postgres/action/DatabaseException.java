package io.holdfast.postgres.action;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** Something about the databases of a server forbids what was asked. */
final class DatabaseException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final boolean retryable;

    private DatabaseException(String message, String hint, boolean retryable) {
        super(message, hint);
        this.retryable = retryable;
    }

    static DatabaseException missing(DatabaseName name, Server server) {
        return new DatabaseException(
                "there is no database '%s' at %s".formatted(name, server),
                "see the names of databases: psql -l",
                false);
    }

    static DatabaseException taken(DatabaseName name, Server server) {
        return new DatabaseException(
                "there is a database '%s' at %s already".formatted(name, server),
                "choose another name, or drop it if it is not needed",
                false);
    }

    static DatabaseException notEmpty(DatabaseName name, Server server, String found) {
        return new DatabaseException(
                "database '%s' at %s is not empty: it holds %s".formatted(name, server, found),
                "choose another name, or drop it if it is not needed",
                false);
    }

    static DatabaseException busy(DatabaseName name, long sessions) {
        return new DatabaseException(
                "database '%s' keeps %d sessions that do not end".formatted(name, sessions),
                "see pg_stat_activity, and stop who connects again and again",
                true);
    }

    static DatabaseException same(DatabaseName name) {
        return new DatabaseException(
                "database '%s' is named twice".formatted(name), "give three different names", false);
    }

    @Override
    public String code() {
        return "action.database";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }

    @Override
    public boolean retryable() {
        return retryable;
    }
}
