package io.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.problem.ProblemKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SqlSessionIT {

    private static LiveServer live;

    @BeforeAll
    static void start() {
        live = LiveServer.start(Map.of());
        live.execute("CREATE SCHEMA evil");
        live.execute(
                "CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'epoch'::timestamptz $$");
        live.execute("CREATE DATABASE \"größe x\"");
        live.execute("ALTER ROLE postgres SET statement_timeout = 1");
        live.execute("ALTER ROLE postgres SET search_path = evil, pg_catalog");
        Map.of(
                        "DateStyle", "'SQL, DMY'",
                        "TimeZone", "'Asia/Kathmandu'",
                        "IntervalStyle", "'sql_standard'",
                        "bytea_output", "'escape'",
                        "client_encoding", "'LATIN1'",
                        "default_transaction_read_only", "on",
                        "statement_timeout", "1",
                        "lock_timeout", "1",
                        "idle_session_timeout", "50")
                .forEach((name, value) -> live.execute("ALTER SYSTEM SET %s = %s".formatted(name, value)));
        live.restart(Shutdown.FAST);
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void hostile_defaults_of_server_and_role_change_nothing() {
        for (var settings : new ConnectionSettings[] {live.tcp(), live.socket()}) {
            try (var session = SqlSession.open(settings)) {
                session.execute("SELECT pg_sleep(0.2)");
                session.execute("CREATE TABLE public.writable (n int)");
                session.execute("DROP TABLE public.writable");

                assertThat(session.first("SELECT '2026-02-01 00:00'::timestamptz AS t", row -> row.instant("t")))
                        .contains(Instant.parse("2026-02-01T00:00:00Z"));
                assertThat(session.first("SELECT now() AS t", row -> row.instant("t")))
                        .hasValueSatisfying(now -> assertThat(now).isAfter(Instant.parse("2020-01-01T00:00:00Z")));
                assertThat(session.first("SELECT '2026-02-01'::date::text AS d", row -> row.text("d")))
                        .contains("2026-02-01");
                assertThat(session.first("SELECT 'Größe €' AS t", row -> row.text("t")))
                        .contains("Größe €");
                assertThat(session.first("SELECT '\\x00ff'::bytea AS b", row -> row.bytes("b")))
                        .contains(new byte[] {0, -1});
            }
        }
    }

    @Test
    void hostile_defaults_do_not_reach_replication_either() {
        try (var client = live.replication()) {
            assertThat(client.show("TimeZone")).isEqualTo("UTC");
            assertThat(client.show("idle_session_timeout")).isEqualTo("0");
            assertThat(client.show("statement_timeout")).isEqualTo("0");
        }
    }

    @Test
    void a_database_may_have_any_name() {
        try (var session = SqlSession.open(live.tcp().withDatabase("größe x"))) {
            assertThat(session.first("SELECT current_database() AS name", row -> row.text("name")))
                    .contains("größe x");
        }
    }

    @Test
    void rows_are_mapped_and_arguments_passed() {
        try (var session = live.sql()) {
            assertThat(session.list("SELECT n FROM generate_series(1, ?) n", row -> row.integer("n"), 3))
                    .containsExactly(1, 2, 3);
            assertThat(session.first("SELECT 1 AS n WHERE false", row -> row.integer("n")))
                    .isEmpty();
            assertThat(session.first("SELECT ?::pg_lsn AS l", row -> row.lsn("l"), "1/ABCDEF"))
                    .contains(Lsn.parse("1/ABCDEF"));
            assertThat(session.first("SELECT null::bigint AS n", row -> row.numberIfAny("n")))
                    .contains(Optional.empty());
        }
    }

    @Test
    void rows_are_shown_one_after_the_other_before_the_last_is_there() {
        try (var session = live.sql();
                var admin = live.sql()) {
            var pid = session.one("SELECT pg_backend_pid() AS pid", row -> row.integer("pid"));
            var seen = new AtomicLong();

            var failure = catchThrowableOfType(
                    ServerException.class,
                    () -> session.stream("SELECT n FROM generate_series(1, 1000000) n", row -> {
                        if (seen.incrementAndGet() == 1) {
                            admin.execute("SELECT pg_terminate_backend(?, 5000)", pid);
                        }
                    }));

            assertThat(failure.retryable()).isTrue();
            assertThat(seen).hasValueBetween(1L, 100_000L);
        }
    }

    @Test
    void a_reader_that_fails_or_a_statement_that_is_refused_leaves_no_transaction_open() {
        try (var session = live.sql()) {
            var seen = new ArrayList<Integer>();
            session.stream("SELECT n FROM generate_series(1, ?) n", row -> seen.add(row.integer("n")), 3);
            var refusal = catchThrowableOfType(
                    ServerException.class, () -> session.stream("SELECT * FROM no_such_table", row -> {}));
            var failure = catchThrowableOfType(
                    ServerException.class, () -> session.stream("SELECT null AS n", row -> row.text("n")));

            assertThat(seen).containsExactly(1, 2, 3);
            assertThat(refusal.sqlState()).contains("42P01");
            assertThat(failure).hasMessageEndingWith("column 'n' is null");
            session.execute("VACUUM pg_catalog.pg_class");
        }
    }

    @Test
    void a_refused_statement_says_where_and_what_and_the_session_lives_on() {
        try (var session = SqlSession.open(live.tcp())) {
            var refusal =
                    catchThrowableOfType(ServerException.class, () -> session.execute("SELECT * FROM no_such_table"));

            assertThat(refusal)
                    .hasMessage(
                            "%s: relation \"no_such_table\" does not exist, SQLSTATE 42P01",
                            live.tcp().address());
            assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
            assertThat(refusal.retryable()).isFalse();
            session.execute("SELECT 1");
        }
    }

    @Test
    void an_unknown_database_is_refused() {
        var refusal = catchThrowableOfType(
                ServerException.class, () -> SqlSession.open(live.tcp().withDatabase("nowhere")));

        assertThat(refusal.sqlState()).contains("3D000");
        assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
    }

    @Test
    void a_session_ended_by_an_administrator_may_be_opened_again() {
        try (var session = live.sql();
                var admin = live.sql()) {
            var pid = session.one("SELECT pg_backend_pid() AS pid", row -> row.integer("pid"));
            admin.execute("SELECT pg_terminate_backend(?, 5000)", pid);

            var failure = catchThrowableOfType(ServerException.class, () -> session.execute("SELECT 1"));

            assertThat(failure.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
            assertThat(failure.retryable()).isTrue();
        }
    }

    @Test
    void silence_longer_than_allowed_loses_the_connection() {
        for (var settings : new ConnectionSettings[] {live.tcp(), live.socket()}) {
            try (var session = SqlSession.open(settings)) {
                session.allowSilence(Duration.ofMillis(300));

                var failure = catchThrowableOfType(ServerException.class, () -> session.execute("SELECT pg_sleep(20)"));

                assertThat(failure.retryable()).isTrue();
            }
        }
    }
}
