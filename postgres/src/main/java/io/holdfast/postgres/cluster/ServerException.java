package io.holdfast.postgres.cluster;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server could not be reached, or it said no. The message begins with the server's address. */
public final class ServerException extends HoldfastException {

    private static final long serialVersionUID = 1;

    /** Invalid authorization specification: the server knows nobody of this name, or does not believe it. */
    private static final String NOT_BELIEVED = "28000";

    private final Trouble trouble;
    private final @Nullable String sqlState;

    private ServerException(
            Trouble trouble, String message, String hint, @Nullable String sqlState, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.trouble = trouble;
        this.sqlState = sqlState;
    }

    /** The server answered with an error. */
    public static ServerException answered(ServerAddress address, ServerError error) {
        return answered(address, error, null);
    }

    static ServerException answered(ServerAddress address, ServerError error, @Nullable Throwable cause) {
        var trouble = Trouble.ofSqlState(error.sqlState());
        var detail = error.detail().isEmpty() ? "" : " (%s)".formatted(oneLine(error.detail()));
        return new ServerException(
                trouble,
                "%s: %s%s, SQLSTATE %s".formatted(address, oneLine(error.message()), detail, error.sqlState()),
                error.hint().isEmpty() ? hint(trouble, error.sqlState()) : oneLine(error.hint()),
                error.sqlState(),
                cause);
    }

    /** No connection, or one that broke or fell silent. */
    public static ServerException unavailable(ServerAddress address, String what, @Nullable Throwable cause) {
        var reason = cause == null || cause.getMessage() == null ? "" : ": " + oneLine(cause.getMessage());
        return new ServerException(
                Trouble.UNAVAILABLE,
                "%s: %s%s".formatted(address, what, reason),
                Trouble.UNAVAILABLE.hint(),
                null,
                cause);
    }

    /** One side could not prove who it is. */
    public static ServerException authentication(
            ServerAddress address, String what, String hint, @Nullable Throwable cause) {
        return new ServerException(Trouble.AUTHENTICATION, "%s: %s".formatted(address, what), hint, null, cause);
    }

    /** The bytes received are not what the protocol allows here: the connection is of no more use. */
    public static ServerException protocol(ServerAddress address, String what) {
        return new ServerException(
                Trouble.PROTOCOL, "%s: %s".formatted(address, what), Trouble.PROTOCOL.hint(), null, null);
    }

    /** The five characters that PostgreSQL's errcodes.txt lists; absent when no server spoke. */
    public Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    @Override
    public String code() {
        return trouble.code();
    }

    @Override
    public ProblemKind kind() {
        return trouble.kind();
    }

    @Override
    public boolean retryable() {
        return trouble.retryable();
    }

    private static String hint(Trouble trouble, String sqlState) {
        return sqlState.equals(NOT_BELIEVED)
                ? "run as the user that the server runs as, or set postgres.user: by its pg_hba.conf the server decides who may"
                        + " connect as whom, over its socket usually only a user of the same name (peer)"
                : trouble.hint();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    private enum Trouble {
        UNAVAILABLE("server.unavailable", ProblemKind.UNAVAILABLE, "check that the server runs and can be reached"),
        AUTHENTICATION(
                "server.authentication",
                ProblemKind.REFUSED,
                "check the user, its password and the server's pg_hba.conf"),
        REFUSED("server.refused", ProblemKind.REFUSED, "the server's log may say more"),
        PROTOCOL("server.protocol", ProblemKind.UNAVAILABLE, "check that this address is a PostgreSQL server");

        private final String code;
        private final ProblemKind kind;
        private final String hint;

        Trouble(String code, ProblemKind kind, String hint) {
            this.code = code;
            this.kind = kind;
            this.hint = hint;
        }

        String code() {
            return code;
        }

        ProblemKind kind() {
            return kind;
        }

        String hint() {
            return hint;
        }

        boolean retryable() {
            return this == UNAVAILABLE || this == PROTOCOL;
        }

        /**
         * Source: src/backend/utils/errcodes.txt. 08 connection exception, 53 insufficient resources, 57P0x shutdown,
         * crash, starting up and idle time-out; 55006 object in use: a slot whose former walsender has not left yet.
         */
        static Trouble ofSqlState(String sqlState) {
            if (sqlState.equals("08P01")) {
                return PROTOCOL;
            }
            if (sqlState.startsWith("08")
                    || sqlState.startsWith("53")
                    || sqlState.startsWith("57P0")
                    || sqlState.equals("55006")) {
                return UNAVAILABLE;
            }
            return sqlState.startsWith("28") ? AUTHENTICATION : REFUSED;
        }
    }
}
