package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.journal.Transactions;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateException;
import io.holdfast.runbook.state.StateLocation;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state that others keep, on a server with few connections. */
class StateOutageIT {

    private static final String NO_CONNECTION_LEFT = "53300";

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    static EmbeddedPostgres server;
    static StateDatabase database;

    Path effects;
    Runs runs;

    @BeforeAll
    static void open() {
        server = EmbeddedPostgres.initialise(
                        PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())
                .start(Map.of("max_connections", "20"));
        database = StateDatabase.open(new StateLocation.Database(server.jdbcUrl("postgres")));
    }

    @AfterAll
    static void end() {
        database.close();
        server.close();
    }

    @BeforeEach
    void engine() {
        effects = State.effects(folder);
        runs = Runs.on(
                database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("test@here", "here", Map.of(), InstantSource.system()));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void a_run_waits_while_others_have_all_connections_and_goes_on_when_they_give_them_back() throws Exception {
        var id = runs.start(request(procedure(
                "crowded",
                step("first", "once", "line", "first", "takes", "1s"),
                step("second", "once", "line", "second"))));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "first", StepState.RUNNING);

        try (var crowd = new Crowd()) {
            crowd.takeAll();
            await().until(() -> EffectAction.lines(effects), lines -> lines.contains("first"));
            await().during(Duration.ofSeconds(1)).until(() -> !execution.isOver());

            assertThat(crowd.ask("select state || ' ' || phase from holdfast.step where run = '%s' and path = 'first'"
                            .formatted(id)))
                    .isEqualTo("RUNNING INTENT");
            assertThat(EffectAction.lines(effects)).containsExactly("first");
        }
        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("first", "second");
    }

    @Test
    void a_process_that_stops_in_the_middle_of_a_transaction_keeps_nobody_from_pausing_the_run() throws Exception {
        var id = runs.submit(request(procedure("stopped", step("x", "once", "line", "x"))));
        try (var stopped = database.source().getConnection();
                var statement = stopped.createStatement()) {
            stopped.setAutoCommit(false);
            statement.execute("select 1 from run where id = '%s' for update".formatted(id));

            runs.pause(id, "tester", "");

            assertThat(runs.run(id).state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
            assertThatThrownBy(stopped::commit).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_transaction_that_took_too_long_is_tried_again() {
        var transactions = new Transactions(database.source());

        assertThatThrownBy(() -> transactions.once(handle -> {
                    var pid = handle.createQuery("select pg_backend_pid()")
                            .mapTo(Integer.class)
                            .one();
                    handle.execute("set idle_in_transaction_session_timeout = 50");
                    await().until(() -> sessions("pid = " + pid) == 0);
                    return handle.execute("select 1");
                }))
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.retryable()).isTrue());
    }

    private static int sessions(String condition) throws SQLException {
        try (var session = session()) {
            return Integer.parseInt(answer(session, "select count(*) from pg_stat_activity where " + condition));
        }
    }

    private static Connection session() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl("postgres"));
    }

    private static String answer(Connection session, String question) throws SQLException {
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Somebody else, who takes every connection that becomes free. */
    private static final class Crowd implements AutoCloseable {

        private final Connection first = session();
        private final List<Connection> others = new ArrayList<>();

        Crowd() throws SQLException {}

        /** The server ends the sessions of the state until each of its places is taken. */
        void takeAll() throws SQLException {
            do {
                ask(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'holdfast%'");
                press();
            } while (!ask("select count(*) from pg_stat_activity where application_name like 'holdfast%'")
                    .equals("0"));
        }

        private void press() throws SQLException {
            try {
                while (true) {
                    others.add(session());
                }
            } catch (SQLException e) {
                if (!NO_CONNECTION_LEFT.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }

        String ask(String question) throws SQLException {
            return answer(first, question);
        }

        @Override
        public void close() throws SQLException {
            for (var session : others) {
                session.close();
            }
            first.close();
        }
    }
}
