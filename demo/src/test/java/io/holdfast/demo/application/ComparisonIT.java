package io.holdfast.demo.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of loss and damage is found: what the demo calls held was looked for. */
class ComparisonIT {

    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static EmbeddedPostgres server;
    private static String oldRows;
    private Connection connection;

    @BeforeAll
    static void start() throws SQLException {
        server = EmbeddedPostgres.initialise(
                PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests());
        server.start(Map.of("fsync", "off"));
        try (var connection = DriverManager.getConnection(server.jdbcUrl("postgres"))) {
            Schema.create(connection);
            oldRows = Schema.oldRows(connection);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Three projects as the backend commits them, in a transaction that no test commits. */
    @BeforeEach
    void commit() throws SQLException {
        connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
        connection.setAutoCommit(false);
        for (long id = 1; id <= 3; id++) {
            var project = Project.numbered(id);
            execute("INSERT INTO projects (id, owner, name, budget) VALUES (%d, %d, '%s', %d)"
                    .formatted(id, project.owner(), project.name(), project.budget()));
            execute("UPDATE users SET projects = projects + 1 WHERE id = " + project.owner());
        }
    }

    @AfterEach
    void rollBack() throws SQLException {
        connection.close();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }

    private Verdict verdict(Set<Long> inDoubt, long... acknowledged) throws SQLException {
        var times = new TreeMap<Long, Instant>();
        for (long id : acknowledged) {
            times.put(id, NOON.plusSeconds(id));
        }
        return new Comparison(new Truth(times, inDoubt), oldRows).compare(connection);
    }

    @Test
    void what_was_committed_and_is_there_is_right() throws SQLException {
        assertThat(verdict(Set.of(), 1, 2, 3)).isEqualTo(new Verdict(3, List.of(), Optional.empty(), 0, 0, List.of()));
    }

    @Test
    void a_lost_commit_is_named_with_its_time() throws SQLException {
        var verdict = verdict(Set.of(), 1, 2, 3, 7, 9);

        assertThat(verdict.lost()).containsExactly(7L, 9L);
        assertThat(verdict.lostSince()).contains(NOON.plusSeconds(7));
        assertThat(verdict.wrong()).isEmpty();
    }

    @Test
    void a_commit_in_doubt_may_be_there_or_not() throws SQLException {
        var verdict = verdict(Set.of(3L, 8L), 1, 2);

        assertThat(verdict.lost()).isEmpty();
        assertThat(verdict.doubtfulFound()).isEqualTo(1);
        assertThat(verdict.doubtfulAbsent()).isEqualTo(1);
        assertThat(verdict.wrong()).isEmpty();
    }

    @Test
    void an_invented_row_is_wrong() throws SQLException {
        assertThat(verdict(Set.of(), 1, 2).wrong()).containsExactly("project 3 was never committed");
    }

    @Test
    void a_changed_row_is_wrong() throws SQLException {
        execute("UPDATE projects SET budget = budget + 1 WHERE id = 2");

        assertThat(verdict(Set.of(), 1, 2, 3).wrong())
                .singleElement()
                .asString()
                .startsWith("project 2 is not what was committed: ");
    }

    @Test
    void a_half_of_a_commit_is_wrong() throws SQLException {
        execute("DELETE FROM projects WHERE id = 1");
        var owner = Project.numbered(1).owner();

        var verdict = verdict(Set.of(), 1, 2, 3);

        assertThat(verdict.lost()).containsExactly(1L);
        assertThat(verdict.wrong()).singleElement().asString().startsWith("user %d counts ".formatted(owner));
    }

    @Test
    void rows_from_before_that_are_gone_or_changed_are_wrong() throws SQLException {
        execute("UPDATE projects SET name = 'another' WHERE id = -4");

        assertThat(verdict(Set.of(), 1, 2, 3).wrong())
                .containsExactly("the rows from before the demo are not what they were");
    }
}
