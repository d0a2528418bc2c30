package io.holdfast.postgres.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;

/**
 * What a query answered.
 *
 * @param value the first value of the first row, as text; empty if that is null, or there is none
 * @param rows how many there were, up to the most that were wanted
 */
public record QueryAnswer(Optional<String> value, long rows) {

    static QueryAnswer of(Connection connection, String query, List<String> parameters, int most) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setMaxRows(most);
            for (var i = 0; i < parameters.size(); i++) {
                // Of no type: the server decides, as it does with a literal.
                statement.setObject(i + 1, parameters.get(i), Types.OTHER);
            }
            try (var result = statement.executeQuery()) {
                var value = Optional.<String>empty();
                var rows = 0L;
                while (result.next()) {
                    if (rows++ == 0) {
                        value = Optional.ofNullable(result.getString(1));
                    }
                }
                return new QueryAnswer(value, rows);
            }
        }
    }
}
