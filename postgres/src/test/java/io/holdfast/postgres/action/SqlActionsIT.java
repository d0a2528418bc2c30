package io.holdfast.postgres.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.ActionContract;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Actions that work through SQL, against one real server. */
class SqlActionsIT {

    /** Not one that is simple to quote. */
    private static final String LIVE = "optimal \"build\"; it's";

    private static final String RESTORED = "optimal_restored";
    private static final String KEPT = "optimal old";
    private static final Set<String> LOGIN = Set.of("server", "user", "password", "ssl-mode", "ssl-root-certificate");

    private static LiveServer server;
    private static String asMade = "";

    @BeforeAll
    static void start() {
        server = LiveServer.start(Map.of("max_prepared_transactions", "2"));
        server.execute("CREATE ROLE keeper LOGIN");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Two databases that are as they were made: to make them is most of the work of a test that changes nothing. */
    @BeforeEach
    void prepare() {
        if (!isAsMade()) {
            make();
            asMade = catalogue();
        }
    }

    private static boolean isAsMade() {
        try {
            return catalogue().equals(asMade) && lighthouses(LIVE) == 3 && lighthouses(RESTORED) == 2;
        } catch (ServerException _) {
            return false;
        }
    }

    private static void make() {
        for (var name : databases().keySet()) {
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", name));
            server.execute(quoted("DROP DATABASE %s WITH (FORCE)", name));
        }
        server.execute(quoted("CREATE DATABASE %s TEMPLATE template0 STRATEGY file_copy", LIVE));
        server.execute(quoted("CREATE DATABASE %s TEMPLATE template0 STRATEGY file_copy", RESTORED));
        in(LIVE, "CREATE TABLE public.lighthouses AS SELECT generate_series(1, 3) AS n");
        in(RESTORED, "CREATE TABLE public.lighthouses AS SELECT generate_series(1, 2) AS n");
    }

    /** What the server knows of its databases, apart from what is in them: an action that changes one leaves its mark here. */
    private static String catalogue() {
        return server.ask("""
                SELECT string_agg(concat_ws('|', d.oid, d::text, shobj_description(d.oid, 'pg_database'),
                           (SELECT string_agg(s::text, ',') FROM pg_db_role_setting s WHERE s.setdatabase = d.oid)),
                           ';' ORDER BY d.oid) AS answer
                  FROM pg_database d""");
    }

    private static String quoted(String form, String name) {
        return form.formatted("\"" + name.replace("\"", "\"\"") + "\"");
    }

    private static void in(String database, String sql) {
        try (var session = SqlSession.open(server.socket().withDatabase(database))) {
            session.execute(sql);
        }
    }

    private static long lighthouses(String database) {
        try (var session = SqlSession.open(server.socket().withDatabase(database))) {
            return session.one("SELECT count(*) AS n FROM public.lighthouses", row -> row.number("n"));
        }
    }

    /** Whether clients may connect, by name. */
    private static Map<String, Boolean> databases() {
        var found = new LinkedHashMap<String, Boolean>();
        try (var session = server.sql()) {
            session.list(
                            "SELECT datname, datallowconn FROM pg_database"
                                    + " WHERE datname NOT IN ('postgres', 'template0', 'template1') ORDER BY 1",
                            row -> Map.entry(row.text("datname"), row.flag("datallowconn")))
                    .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        }
        return found;
    }

    private static Map<String, Object> inputs(Map<String, ?> more) {
        var inputs = new LinkedHashMap<String, Object>(more);
        inputs.put("server", "127.0.0.1:" + server.server().port());
        inputs.put("password", Secret.of("lamp-oil-1811"));
        return inputs;
    }

    /** Of each action here: names of databases and what is in them. */
    abstract static class OnDatabases extends ActionContract {

        @Override
        protected Object world() {
            return databases();
        }

        /** Asked once, by the query. */
        @Override
        protected Set<String> tooSlowToAttack() {
            return LOGIN;
        }

        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            return Optional.empty();
        }

        @Override
        protected void holdUnharmed() {
            assertThat(databases()).containsKeys(RESTORED);
        }
    }

    @Nested
    class Asking extends OnDatabases {

        @Override
        protected Action action() {
            return new Query(Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return SqlActionsIT.inputs(Map.of(
                    "database",
                    LIVE,
                    "sql",
                    "select count(*) from lighthouses where n >= ?",
                    "parameters",
                    List.of("2"),
                    "at-least",
                    2L));
        }

        @Override
        protected Set<String> tooSlowToAttack() {
            return Set.of();
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "server", "127.0.0.1:1"));
        }

        @Override
        protected Optional<Map<String, Object>> inputsThatTakeLong() {
            return Optional.of(SqlActionsIT.inputs(Map.of("database", LIVE, "sql", "select pg_sleep(300)")));
        }

        @Override
        protected void holdUnharmed() {
            assertThat(lighthouses(LIVE)).isEqualTo(3);
        }

        @Test
        void an_interrupt_ends_it_at_the_server_too() throws Exception {
            interrupted(inputsThatTakeLong().orElseThrow());

            // The server learns of the end of a session a moment after it.
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> server.ask(
                                    "SELECT count(*) AS answer FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%'"
                                            + " AND pid <> pg_backend_pid()")
                            .equals("0"));
        }

        @Test
        void what_is_not_as_expected_is_said() throws InterruptedException {
            var count = Calls.without(inputs(), "at-least");

            assertThat(succeed(count).values()).containsEntry("value", "2").containsEntry("rows", "1");
            assertThat(fail(Calls.with(count, "equals", "7")).reason()).isEqualTo("the query gave '2', not '7'");
            assertThat(fail(Calls.with(count, "at-least", 7L)).reason()).isEqualTo("the query gave 2, less than 7");
            assertThat(fail(Calls.with(count, "at-most", 1L)).reason()).isEqualTo("the query gave 2, more than 1");
            assertThat(fail(sql("select n from lighthouses where n > 9", "at-least", 0L))
                            .reason())
                    .isEqualTo("the query gave no row");
            assertThat(fail(sql("select max(n) from lighthouses where n > 9", "equals", ""))
                            .reason())
                    .isEqualTo("the query gave NULL");
        }

        private Map<String, Object> sql(String sql, String expectation, Object value) {
            return SqlActionsIT.inputs(Map.of("database", LIVE, "sql", sql, expectation, value));
        }

        @Test
        void the_newest_change_must_be_young_enough() throws InterruptedException {
            var asked = sql("select timestamp '2024-01-15 14:00:00.5'", "not-older-than", Duration.ofHours(1));
            var asOf = Calls.with(asked, "as-of", Instant.parse("2024-01-15T14:30:00Z"));

            assertThat(succeed(asOf).values()).containsEntry("value", "2024-01-15 14:00:00.5");
            assertThat(fail(Calls.with(asOf, "as-of", Instant.parse("2024-01-15T15:30:00Z")))
                            .reason())
                    .isEqualTo("the query gave 2024-01-15T14:00:00.500Z, more than 1h before 2024-01-15T15:30:00Z");
            assertThat(fail(sql(
                                    "select timestamptz '2024-01-15 15:00+01'",
                                    "not-after",
                                    Instant.parse("2024-01-15T13:59:59Z")))
                            .reason())
                    .isEqualTo("the query gave 2024-01-15T14:00:00Z, later than 2024-01-15T13:59:59Z");
            assertThat(fail(sql("select 'soon'", "not-after", Instant.MAX)).reason())
                    .isEqualTo("the query gave 'soon', which is no time");
        }

        @Test
        void whatever_would_change_something_is_refused() throws InterruptedException {
            assertThat(fail(sql("select 1; drop table lighthouses", "equals", "1"))
                            .reason())
                    .isEqualTo("the query is 2 statements");
            assertThat(fail(sql("delete from lighthouses", "equals", "1")).reason())
                    .isEqualTo("the query is no SELECT");
            assertThat(fail(sql("with gone as (delete from lighthouses returning 1) select * from gone", "equals", "1"))
                            .reason())
                    .contains("read-only transaction");
            assertThat(fail(sql("select * into copy from lighthouses", "equals", "1"))
                            .reason())
                    .contains("read-only transaction");
        }

        @Test
        void a_server_that_comes_up_later_is_waited_for() throws InterruptedException {
            var asked = new AtomicInteger();
            var patient = new Query(duration -> {
                asked.incrementAndGet();
                in(LIVE, "INSERT INTO public.lighthouses VALUES (4)");
            });

            var outcome = patient.execute(call(Calls.with(
                    sql("select count(*) from lighthouses", "at-least", 5L), "within", Duration.ofMinutes(1))));

            assertThat(outcome.toString()).contains("attempts=3");
            assertThat(asked).hasValue(2);
        }
    }

    @Nested
    class Closing extends OnDatabases {

        @Override
        protected Action action() {
            return new CloseDatabase(Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return SqlActionsIT.inputs(Map.of("database", LIVE));
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "database", "none"));
        }

        @Test
        void writers_are_ended_and_shut_out() throws InterruptedException {
            try (var writer = SqlSession.open(server.socket().withDatabase(LIVE))) {
                assertThat(succeed(inputs())).isEqualTo(Outputs.of("ended", "1"));

                assertThatThrownBy(() -> writer.execute("INSERT INTO public.lighthouses VALUES (9)"))
                        .isInstanceOf(ServerException.class);
            } catch (ServerException _) {
                // The session was ended: closing it says so.
            }
            assertThatThrownBy(() -> lighthouses(LIVE)).hasMessageContaining("not currently accepting connections");
            assertThat(databases()).containsEntry(RESTORED, true);
        }

        @Test
        void databases_of_the_server_itself_are_not_closed() throws InterruptedException {
            assertThat(fail(Calls.with(inputs(), "database", "postgres")).reason())
                    .isEqualTo("input 'database' is a database of the server's own: 'postgres'");
        }
    }

    @Nested
    class Opening extends OnDatabases {

        @BeforeEach
        void close() {
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", LIVE));
        }

        @Override
        protected Action action() {
            return new OpenDatabase();
        }

        @Override
        protected Map<String, Object> inputs() {
            return SqlActionsIT.inputs(Map.of("database", LIVE));
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "database", "none"));
        }

        @Test
        void clients_can_connect_again() throws InterruptedException {
            succeed(inputs());

            assertThat(lighthouses(LIVE)).isEqualTo(3);
        }
    }

    @Nested
    class Creating extends OnDatabases {

        @Override
        protected Action action() {
            return new CreateDatabase();
        }

        @Override
        protected Map<String, Object> inputs() {
            return SqlActionsIT.inputs(Map.of("database", "fresh \"one\"", "like", LIVE));
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "like", "none"));
        }

        @Test
        void it_is_like_the_one_it_will_replace() throws InterruptedException {
            server.execute(quoted("ALTER DATABASE %s OWNER TO keeper", LIVE));
            server.execute(quoted("ALTER DATABASE %s SET search_path TO lamps, public", LIVE));
            server.execute(quoted("ALTER ROLE keeper IN DATABASE %s SET work_mem TO '9MB'", LIVE));
            server.execute(quoted("REVOKE CONNECT ON DATABASE %s FROM PUBLIC", LIVE));
            server.execute(quoted("ALTER DATABASE %s CONNECTION LIMIT 7", LIVE));

            succeed(inputs());

            assertThat(facts("fresh \"one\"")).isEqualTo(facts(LIVE));
        }

        private String facts(String database) {
            try (var session = server.sql()) {
                return session.one("""
                        SELECT concat_ws('|', datdba::regrole, encoding, datcollate, datctype, datconnlimit,
                                   (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM aclexplode(datacl) a),
                                   (SELECT string_agg(s.setrole || s.setconfig::text, ',' ORDER BY s.setrole)
                                      FROM pg_db_role_setting s WHERE s.setdatabase = d.oid)) AS facts
                          FROM pg_database d WHERE datname = ?""", row -> row.text("facts"), database);
            }
        }

        @Test
        void settings_of_its_model_do_not_hold_for_the_work_itself() throws InterruptedException {
            server.execute(quoted("ALTER DATABASE %s SET default_transaction_read_only TO on", LIVE));
            server.execute(quoted("ALTER DATABASE %s SET search_path TO lamps, public", LIVE));

            succeed(inputs());

            assertThat(facts("fresh \"one\"")).isEqualTo(facts(LIVE));
        }

        @Test
        void what_an_extension_brings_does_not_fill_a_database() throws InterruptedException {
            in(RESTORED, "DROP TABLE public.lighthouses");
            in(RESTORED, "CREATE TYPE public.lamp AS (oil int)");
            in(RESTORED, "CREATE TABLE public.charts (n serial PRIMARY KEY, t text)");
            in(RESTORED, "ALTER EXTENSION plpgsql ADD TYPE public.lamp");
            in(RESTORED, "ALTER EXTENSION plpgsql ADD TABLE public.charts");
            in(RESTORED, "ALTER EXTENSION plpgsql ADD SEQUENCE public.charts_n_seq");
            succeed(Calls.with(inputs(), "database", RESTORED));

            in(RESTORED, "CREATE TYPE public.oil AS ENUM ('whale')");
            assertThat(action().execute(new Calls().of("run-2/step-1", Calls.with(inputs(), "database", RESTORED)))
                            .toString())
                    .contains("is not empty: it holds type public.oil");
        }

        @Test
        void one_that_is_there_is_taken_only_if_it_is_empty() throws InterruptedException {
            assertThat(fail(Calls.with(inputs(), "database", RESTORED)).reason())
                    .isEqualTo("database '%s' at 127.0.0.1:%d is not empty: it holds relation public.lighthouses"
                            .formatted(RESTORED, server.server().port()));

            in(RESTORED, "DROP TABLE public.lighthouses");
            assertThat(action().probe(call(Calls.with(inputs(), "database", RESTORED))))
                    .isEqualTo(new Probe.NotDone());
            succeed(Calls.with(inputs(), "database", RESTORED));
        }

        @Test
        void a_comment_that_people_wrote_stays() throws InterruptedException {
            in(RESTORED, "DROP TABLE public.lighthouses");
            server.execute(quoted("COMMENT ON DATABASE %s IS 'it''s ours'", RESTORED));

            succeed(Calls.with(inputs(), "database", RESTORED));

            assertThat(server.ask("SELECT shobj_description(oid, 'pg_database') AS answer FROM pg_database"
                            + " WHERE datname = '" + RESTORED + "'"))
                    .startsWith("it's ours\n[holdfast create ");
        }

        @Test
        void a_name_that_the_server_would_cut_is_refused() throws InterruptedException {
            assertThat(fail(Calls.with(inputs(), "database", "x".repeat(64))).reason())
                    .startsWith("input 'database' is longer than 63 bytes");
        }
    }

    @Nested
    class Swapping extends OnDatabases {

        @Override
        protected Action action() {
            return new SwapDatabase(Thread::sleep);
        }

        @Override
        protected Map<String, Object> inputs() {
            return SqlActionsIT.inputs(Map.of("database", LIVE, "replacement", RESTORED, "keep-as", KEPT));
        }

        @Override
        protected Optional<Map<String, Object>> inputsWithoutTarget() {
            return Optional.of(Calls.with(inputs(), "replacement", "none"));
        }

        /** Each attack may swap: what was live is somewhere. */
        @Override
        protected void holdUnharmed() {
            assertThat(databases()).containsKey(LIVE);
        }

        @Test
        void rights_that_are_missing_are_found_before_anybody_is_shut_out() throws InterruptedException {
            assertThat(action().examine(call(Calls.with(inputs(), "user", "keeper"))))
                    .extracting(Finding::severity, Finding::message)
                    .containsExactly(
                            tuple(Severity.ERROR, "the role does not own database '%s' at %s".formatted(LIVE, at())),
                            tuple(
                                    Severity.ERROR,
                                    "the role does not own database '%s' at %s".formatted(RESTORED, at())),
                            tuple(Severity.ERROR, "the role may not rename databases at " + at()),
                            tuple(Severity.WARNING, "the role may not end sessions of other roles at " + at()));
        }

        private static String at() {
            return "127.0.0.1:" + server.server().port();
        }

        @Test
        void the_restored_one_is_live_and_the_old_one_is_kept_and_closed() throws InterruptedException {
            try (var writer = SqlSession.open(server.socket().withDatabase(LIVE))) {
                assertThat(succeed(inputs())).isEqualTo(Outputs.of("kept", KEPT));
                assertThatThrownBy(() -> writer.execute("SELECT 1")).isInstanceOf(ServerException.class);
            } catch (ServerException _) {
                // The session was ended: closing it says so.
            }

            assertThat(lighthouses(LIVE)).isEqualTo(2);
            assertThat(databases()).isEqualTo(Map.of(LIVE, true, KEPT, false));
        }

        @Test
        void another_step_does_not_take_an_earlier_swap_for_its_own() throws InterruptedException {
            succeed(inputs());

            var other = new Calls().of("run-2/step-1", inputs());

            assertThat(action().probe(other)).isEqualTo(new Probe.NotDone());
            assertThat(action().execute(other).toString()).contains("there is no database '%s'".formatted(RESTORED));
        }

        @Test
        void a_crash_before_the_rename_is_completed() throws InterruptedException {
            // What an engine leaves that is killed after the first transaction.
            var mark = Mark.of("swap", call(inputs()));
            server.execute(quoted("COMMENT ON DATABASE %s IS '" + mark.line() + "'", RESTORED));
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", LIVE));
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", RESTORED));

            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            succeed(inputs());

            assertThat(lighthouses(LIVE)).isEqualTo(2);
            assertThat(databases()).isEqualTo(Map.of(LIVE, true, KEPT, false));
        }

        @Test
        void a_crash_between_two_renames_is_completed() throws InterruptedException {
            var mark = Mark.of("swap", call(inputs()));
            server.execute(quoted("COMMENT ON DATABASE %s IS '" + mark.line() + "'", RESTORED));
            server.execute(quoted("ALTER DATABASE %s RENAME TO ", LIVE) + quoted("%s", KEPT));

            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            succeed(inputs());

            assertThat(lighthouses(LIVE)).isEqualTo(2);
        }

        /** The server does not rename what a prepared transaction waits in. */
        @Test
        void what_fails_shuts_nobody_out() throws InterruptedException {
            try (var session = SqlSession.open(server.socket().withDatabase(LIVE))) {
                session.together(List.of("INSERT INTO public.lighthouses VALUES (4)", "PREPARE TRANSACTION 'lamp'"));
            }

            var failed = fail(inputs());

            assertThat(failed.reason()).contains("being accessed by other users");
            assertThat(databases()).isEqualTo(Map.of(LIVE, true, RESTORED, true));
            in(LIVE, "COMMIT PREPARED 'lamp'");
            succeed(inputs());
            assertThat(lighthouses(LIVE)).isEqualTo(2);
        }

        @Test
        void what_fails_after_a_crash_shuts_nobody_out_either() throws InterruptedException {
            try (var session = SqlSession.open(server.socket().withDatabase(LIVE))) {
                session.together(List.of("INSERT INTO public.lighthouses VALUES (4)", "PREPARE TRANSACTION 'lamp'"));
            }
            // What an engine leaves that is killed after the first transaction.
            var mark = Mark.of("swap", call(inputs()));
            server.execute(quoted("COMMENT ON DATABASE %s IS '" + mark.line() + "'", RESTORED));
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", LIVE));
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", RESTORED));

            fail(inputs());

            assertThat(databases()).isEqualTo(Map.of(LIVE, true, RESTORED, true));
            in(LIVE, "COMMIT PREPARED 'lamp'");
        }

        @Test
        void what_a_step_before_it_closed_stays_closed_when_it_fails() throws InterruptedException {
            try (var session = SqlSession.open(server.socket().withDatabase(LIVE))) {
                session.together(List.of("INSERT INTO public.lighthouses VALUES (4)", "PREPARE TRANSACTION 'lamp'"));
            }
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS false", LIVE));

            fail(inputs());
            fail(inputs());

            assertThat(databases()).isEqualTo(Map.of(LIVE, false, RESTORED, true));
            server.execute(quoted("ALTER DATABASE %s ALLOW_CONNECTIONS true", LIVE));
            in(LIVE, "COMMIT PREPARED 'lamp'");
        }

        /** As where the run was told to begin again with an earlier step. */
        @Test
        void a_replacement_that_is_there_again_has_not_been_swapped() throws InterruptedException {
            succeed(inputs());
            server.execute(quoted("CREATE DATABASE %s TEMPLATE template0", RESTORED));
            in(RESTORED, "CREATE TABLE public.lighthouses AS SELECT generate_series(1, 5) AS n");

            assertThat(action().probe(call(inputs()))).isEqualTo(new Probe.NotDone());
            assertThat(fail(inputs()).reason()).startsWith("there is a database '%s' at ".formatted(KEPT));

            server.execute(quoted("DROP DATABASE %s", KEPT));
            succeed(inputs());
            assertThat(lighthouses(LIVE)).isEqualTo(5);
        }

        @Test
        void a_name_that_is_taken_is_refused_before_anyone_is_shut_out() throws InterruptedException {
            server.execute(quoted("CREATE DATABASE %s", KEPT));

            assertThat(fail(inputs()).reason()).startsWith("there is a database '%s' at ".formatted(KEPT));
            assertThat(databases()).isEqualTo(Map.of(LIVE, true, RESTORED, true, KEPT, true));
            assertThat(fail(Calls.with(inputs(), "keep-as", LIVE)).reason())
                    .isEqualTo("database '%s' is named twice".formatted(LIVE));
        }
    }
}
