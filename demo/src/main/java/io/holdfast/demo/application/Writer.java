package io.holdfast.demo.application;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One thread of the backend that commits projects as long as it is told to, over a server that may come and go. */
final class Writer implements Runnable {

    private static final long BETWEEN_COMMITS = 5_000_000;
    private static final long BETWEEN_ATTEMPTS = 100_000_000;

    private final String url;
    private final TruthFile truth;
    private final AtomicLong numbers;
    private final AtomicLong lastCommit;
    private volatile boolean stopped;

    Writer(String url, TruthFile truth, AtomicLong numbers, AtomicLong lastCommit) {
        this.url = url;
        this.truth = truth;
        this.numbers = numbers;
        this.lastCommit = lastCommit;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            try (var connection = DriverManager.getConnection(url)) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    commit(connection, Project.numbered(numbers.incrementAndGet()));
                    LockSupport.parkNanos(BETWEEN_COMMITS);
                }
            } catch (SQLException _) {
                // The disaster: what became of the commit in flight is already in the truth file.
                LockSupport.parkNanos(BETWEEN_ATTEMPTS);
            }
        }
    }

    private void commit(Connection connection, Project project) throws SQLException {
        try {
            write(connection, project);
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
        truth.asking(project.id());
        try {
            connection.commit();
        } catch (SQLException e) {
            if (isDefinite(e)) {
                truth.refused(project.id());
            }
            throw e;
        }
        var now = Instant.now();
        truth.acknowledged(project.id(), now);
        lastCommit.set(now.toEpochMilli());
    }

    /** Class 08 and 57 leave it open whether the commit reached the disk; other answers mean that it did not. */
    private static boolean isDefinite(SQLException e) {
        var state = e.getSQLState();
        return state != null && !state.startsWith("08") && !state.startsWith("57");
    }

    private static void write(Connection connection, Project project) throws SQLException {
        try (var insert = connection.prepareStatement(
                        "INSERT INTO projects (id, owner, name, budget) VALUES (?, ?, ?, ?)");
                var count = connection.prepareStatement("UPDATE users SET projects = projects + 1 WHERE id = ?")) {
            insert.setLong(1, project.id());
            insert.setInt(2, project.owner());
            insert.setString(3, project.name());
            insert.setLong(4, project.budget());
            insert.executeUpdate();
            count.setInt(1, project.owner());
            count.executeUpdate();
        }
    }
}
