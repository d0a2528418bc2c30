package io.holdfast.demo.application;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares a recovered database with the truth, row by row. */
final class Comparison {

    private final Truth truth;
    private final String oldRows;
    private final List<String> wrong = new ArrayList<>();

    Comparison(Truth truth, String oldRows) {
        this.truth = truth;
        this.oldRows = oldRows;
    }

    Verdict compare(Connection connection) throws SQLException {
        var found = projects(connection);
        counts(connection);
        if (!Schema.oldRows(connection).equals(oldRows)) {
            wrong.add("the rows from before the demo are not what they were");
        }
        var lost = truth.acknowledged().keySet().stream()
                .filter(id -> !found.contains(id))
                .toList();
        Optional<Instant> since = lost.stream().map(truth.acknowledged()::get).min(Instant::compareTo);
        long doubtful = truth.inDoubt().stream().filter(found::contains).count();
        return new Verdict(found.size(), lost, since, doubtful, truth.inDoubt().size() - doubtful, wrong);
    }

    private Set<Long> projects(Connection connection) throws SQLException {
        var found = new HashSet<Long>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id, owner, name, budget FROM projects WHERE id > 0")) {
            while (rows.next()) {
                var row = new Project(rows.getLong(1), rows.getInt(2), rows.getString(3), rows.getLong(4));
                found.add(row.id());
                if (!row.equals(Project.numbered(row.id()))) {
                    wrong.add("project %d is not what was committed: %s".formatted(row.id(), row));
                }
                if (!truth.acknowledged().containsKey(row.id())
                        && !truth.inDoubt().contains(row.id())) {
                    wrong.add("project %d was never committed".formatted(row.id()));
                }
            }
        }
        return found;
    }

    /** Every commit changes both tables: a half of one would show here. */
    private void counts(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        SELECT u.id, u.projects, count(p.id)
                        FROM users u LEFT JOIN projects p ON p.owner = u.id
                        GROUP BY u.id, u.projects HAVING u.projects <> count(p.id) ORDER BY u.id
                        """)) {
            while (rows.next()) {
                wrong.add("user %d counts %d projects and has %d"
                        .formatted(rows.getInt(1), rows.getLong(2), rows.getLong(3)));
            }
        }
    }
}
