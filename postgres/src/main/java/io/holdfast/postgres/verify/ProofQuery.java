package io.holdfast.postgres.verify;

import java.util.Optional;

/**
 * A question to the restored data.
 *
 * @param sql one query; tables without a schema are looked for in {@code public}
 * @param expected the first value of its first row, as text; without one it only has to succeed
 */
public record ProofQuery(String database, String sql, Optional<String> expected) {

    @Override
    public String toString() {
        return "query '%s' in database %s".formatted(sql, database);
    }
}
