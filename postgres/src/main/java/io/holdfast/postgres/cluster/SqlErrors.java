package io.holdfast.postgres.cluster;

import java.sql.SQLException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/** The one place where pgjdbc's exceptions become ours. */
final class SqlErrors {

    private SqlErrors() {}

    static ServerException translate(ServerAddress address, SQLException e) {
        if (e instanceof PSQLException fromServer && fromServer.getServerErrorMessage() != null) {
            var message = fromServer.getServerErrorMessage();
            var error = new ServerError(
                    Objects.requireNonNullElse(message.getSQLState(), "XX000"),
                    Objects.requireNonNullElse(message.getMessage(), "error without a message"),
                    Objects.requireNonNullElse(message.getDetail(), ""),
                    Objects.requireNonNullElse(message.getHint(), ""));
            return ServerException.answered(address, error, e);
        }
        var sqlState = Objects.requireNonNullElse(e.getSQLState(), "");
        var said = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        // 08004 is what pgjdbc gives its own refusals: no password known, clear text asked for.
        if (sqlState.startsWith("28") || sqlState.equals("08004") || rootOf(e) instanceof SSLException) {
            return ServerException.authentication(
                    address, said, "check the user, its password, sslmode and the server's pg_hba.conf", e);
        }
        if (sqlState.startsWith("08")) {
            return ServerException.unavailable(address, "connection failed", rootOf(e));
        }
        // The driver itself speaks, which knows nothing of the server's data.
        return ServerException.answered(
                address, new ServerError(sqlState.isEmpty() ? "HY000" : sqlState, said, "", ""), e);
    }

    /** pgjdbc's own text repeats the address in its words; the cause below says what happened. */
    private static Throwable rootOf(SQLException e) {
        return e.getCause() == null ? e : e.getCause();
    }
}
