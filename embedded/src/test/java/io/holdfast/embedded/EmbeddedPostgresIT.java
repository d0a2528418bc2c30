package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.EmbeddedPostgresException.NotStarted;
import io.holdfast.embedded.EmbeddedPostgresException.NotStopped;
import io.holdfast.embedded.EmbeddedPostgresException.ProgramFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedPostgresIT {

    private static final Map<String, String> QUICK = Map.of("fsync", "off", "shared_buffers", "16MB");

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Nested
    class A_running_server {

        EmbeddedPostgres server;

        @BeforeEach
        void start() {
            server = initialise(InitOptions.forTests()).start(QUICK);
        }

        @AfterEach
        void close() {
            server.close();
        }

        @Test
        void answers_over_tcp() throws SQLException {
            assertThat(Sql.ask(server, "SELECT current_setting('server_version')"))
                    .startsWith("18.");
        }

        @Test
        void listens_on_loopback_and_on_a_socket_that_only_its_user_can_enter() throws Exception {
            assertThat(Sql.ask(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(server.socketDirectory().resolve(".s.PGSQL." + server.port()))
                    .exists();
            assertThat(server.socketDirectory().toString()).hasSizeLessThan(60);
            assertThat(Files.getPosixFilePermissions(server.socketDirectory())).hasSize(3);
        }

        @Test
        void runs_as_an_unprivileged_user_without_capabilities_and_with_a_minimal_environment() throws IOException {
            var proc = Path.of("/proc", Long.toString(server.pid()));

            assertThat(Files.getAttribute(proc, "unix:uid"))
                    .isEqualTo(server.user().uid())
                    .isNotEqualTo(0);
            assertThat(Files.readString(proc.resolve("status")))
                    .containsPattern("NoNewPrivs:\t" + (server.user().isOurselves() ? "[01]" : "1"))
                    .contains("CapEff:\t0000000000000000");
            assertThat(Files.readString(proc.resolve("environ")).split("\0", -1))
                    .hasSizeLessThanOrEqualTo(4);
        }

        @Test
        void is_not_in_the_session_of_our_terminal() throws IOException {
            var fields = Files.readString(Path.of("/proc", Long.toString(server.pid()), "stat"))
                    .split(" ", -1);

            assertThat(fields[5]).isEqualTo(Long.toString(server.pid()));
        }

        @Test
        void keeps_committed_rows_over_a_fast_stop() throws SQLException {
            Sql.run(server, "CREATE TABLE kept AS SELECT 42 AS answer");

            server.stop(Shutdown.FAST);
            var stopped = server.isRunning();
            server.start(QUICK);

            assertThat(stopped).isFalse();
            assertThat(Sql.ask(server, "SELECT answer FROM kept")).isEqualTo("42");
        }

        @Test
        void recovers_committed_rows_after_a_kill() throws Exception {
            Sql.run(server, "CREATE TABLE kept AS SELECT 42 AS answer");
            var processes =
                    new ServerProcesses(server.binaries().program("postgres").toRealPath(), server.dataDirectory());
            var before = processes.find();

            server.kill();
            var after = processes.find();
            server.start(QUICK);

            assertThat(before).hasSizeGreaterThan(4);
            assertThat(after).isEmpty();
            assertThat(Sql.ask(server, "SELECT answer FROM kept")).isEqualTo("42");
            assertThat(server.log()).content().contains("database system was not properly shut down");
        }

        @Test
        void recovers_after_an_immediate_stop() throws SQLException {
            Sql.run(server, "CREATE TABLE kept AS SELECT 42 AS answer");

            server.stop(Shutdown.IMMEDIATE);
            server.start(QUICK);

            assertThat(Sql.ask(server, "SELECT answer FROM kept")).isEqualTo("42");
        }

        @Test
        void says_so_when_a_session_holds_up_a_smart_stop() throws SQLException {
            try (var session = DriverManager.getConnection(server.jdbcUrl("postgres"))) {
                var refusal = catchThrowableOfType(
                        NotStopped.class, () -> server.stop(Shutdown.SMART, Duration.ofMillis(500)));

                assertThat(refusal).hasMessageContaining("has not stopped").hasMessageContaining("smart shutdown");
                assertThat(refusal.hint()).contains("smart waits for every session");
                assertThat(session.isValid(5)).isTrue();
            }
        }

        @Test
        void takes_settings_that_hold_spaces_and_quotes() throws SQLException {
            server.stop(Shutdown.FAST);
            server.start(Map.of("cluster_name", "it's a \"name\" $HOME"));

            assertThat(Sql.ask(server, "SHOW cluster_name")).isEqualTo("it's a \"name\" $HOME");
        }

        @Test
        void keeps_its_log_from_other_users() throws IOException {
            assertThat(Files.getPosixFilePermissions(server.log()))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            assertThat(server.log()).content().contains("ready to accept connections");
        }

        @Test
        void is_not_started_twice() {
            assertThatThrownBy(() -> server.start()).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void leaves_no_process_and_no_socket_folder_when_closed() throws Exception {
            var processes =
                    new ServerProcesses(server.binaries().program("postgres").toRealPath(), server.dataDirectory());
            var socketDirectory = server.socketDirectory();

            server.close();

            assertThat(processes.find()).isEmpty();
            assertThat(socketDirectory).doesNotExist();
        }

        @Test
        void can_be_killed_when_its_data_directory_is_gone() throws Exception {
            try (var files = Files.walk(server.dataDirectory())) {
                for (var file : files.toList().reversed()) {
                    Files.delete(file);
                }
            }

            server.kill();

            assertThat(server.isRunning()).isFalse();
        }
    }

    @Test
    void two_servers_get_two_ports() {
        try (var first = EmbeddedPostgres.initialise(
                        PostgresBinaries.version18(), folder.resolve("first"), InitOptions.forTests());
                var second = EmbeddedPostgres.initialise(
                        PostgresBinaries.version18(), folder.resolve("second"), InitOptions.forTests())) {
            first.start(QUICK);
            second.start(QUICK);

            assertThat(first.port()).isNotEqualTo(second.port());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void every_supported_major_version_starts(int major) throws SQLException {
        try (var server = EmbeddedPostgres.initialise(
                PostgresBinaries.of(major),
                folder.resolve("data"),
                InitOptions.forTests().withDataChecksums(false).withWalSegmentMegabytes(1))) {
            server.start(QUICK);

            assertThat(Sql.ask(server, "SELECT current_setting('server_version_num')::int / 10000"))
                    .isEqualTo(Integer.toString(major));
            assertThat(Sql.ask(server, "SHOW data_checksums")).isEqualTo("off");
            assertThat(Sql.ask(server, "SHOW wal_segment_size")).isEqualTo("1MB");
        }
    }

    @Test
    void a_password_is_asked_for_over_tcp() throws SQLException {
        try (var server = initialise(InitOptions.withPassword("pass ' word"))) {
            server.start(QUICK);

            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("postgres"), "postgres", "wrong"))
                    .hasMessageContaining("password authentication failed");
            try (var session = DriverManager.getConnection(server.jdbcUrl("postgres"), "postgres", "pass ' word")) {
                assertThat(session.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void a_stopped_cluster_that_root_copied_is_adopted_and_started() throws Exception {
        try (var original = initialise(InitOptions.forTests())) {
            original.start(QUICK);
            Sql.run(original, "CREATE TABLE kept AS SELECT 42 AS answer");
            original.stop(Shutdown.FAST);
            var copy = folder.resolve("copy");
            copy(original.dataDirectory(), copy);

            try (var adopted = EmbeddedPostgres.adopt(PostgresBinaries.version18(), copy)) {
                adopted.start(QUICK);

                assertThat(Sql.ask(adopted, "SELECT answer FROM kept")).isEqualTo("42");
                assertThat(adopted.dataDirectory()).isEqualTo(copy);
            }
        }
    }

    @Test
    void a_cluster_of_another_major_version_is_not_adopted() throws IOException {
        Files.writeString(folder.resolve("PG_VERSION"), "17\n");

        assertThatThrownBy(() -> EmbeddedPostgres.adopt(PostgresBinaries.version18(), folder))
                .isInstanceOf(ProgramFailed.class)
                .hasMessage("'%s' belongs to PostgreSQL 17, not 18".formatted(folder));
    }

    @Test
    void a_server_that_cannot_start_shows_the_end_of_its_log() {
        try (var server = initialise(InitOptions.forTests())) {
            var refusal = catchThrowableOfType(NotStarted.class, () -> server.start(Map.of("shared_buffers", "oops")));

            assertThat(refusal)
                    .hasMessageContaining("ended with exit code 1 while starting")
                    .hasMessageContaining("invalid value for parameter \"shared_buffers\": \"oops\"");
            assertThat(refusal.hint()).isEqualTo("the whole log is '%s'".formatted(server.log()));
            assertThat(server.isRunning()).isFalse();
        }
    }

    @Test
    void a_folder_that_is_not_empty_is_refused_and_left_as_it_is() throws IOException {
        var data = Files.createDirectory(folder.resolve("data"));
        var file = Files.writeString(data.resolve("precious"), "data");

        assertThatThrownBy(() -> initialise(InitOptions.forTests()))
                .isInstanceOf(ProgramFailed.class)
                .hasMessageContaining("exists but is not empty");
        assertThat(file).hasContent("data");
    }

    private EmbeddedPostgres initialise(InitOptions options) {
        return EmbeddedPostgres.initialise(PostgresBinaries.version18(), folder.resolve("data"), options);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
