package io.holdfast.postgres.cluster;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.sql.SQLException;
import org.postgresql.core.Parser;
import org.postgresql.core.SqlCommandType;

/** A text that was to be one question, and is something else. Nothing was sent. */
public final class UnsafeQueryException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private UnsafeQueryException(String message) {
        super(message, "write one SELECT, and give values as parameters");
    }

    /** As pgjdbc splits it, for that is what would be sent; it reads strings as this session's settings have them. */
    static void refuse(String query) throws SQLException {
        var statements = Parser.parseJdbcSql(query, true, true, true, false, false);
        if (statements.size() != 1) {
            throw new UnsafeQueryException("the query is %d statements".formatted(statements.size()));
        }
        var type = statements.getFirst().command.getType();
        if (type != SqlCommandType.SELECT && type != SqlCommandType.WITH) {
            throw new UnsafeQueryException("the query is no SELECT");
        }
    }

    @Override
    public String code() {
        return "server.unsafe-query";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
