package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.PasswordFile;
import io.holdfast.postgres.cluster.PasswordSource;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.cluster.SslMode;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.problem.ProblemKind;
import io.holdfast.problem.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginIT {

    private static final String PASSWORD = "pä55 \"word\\";

    @TempDir
    private static Path folder;

    private static LiveServer live;
    private static Path trusted;
    private static Path stranger;

    @BeforeAll
    static void start() throws IOException {
        live = LiveServer.start(Map.of("unix_socket_permissions", "0777"));
        var server = TestCertificates.selfSigned(folder, "server");
        trusted = Files.writeString(folder.resolve("root.pem"), server.certificate());
        stranger = Files.writeString(
                folder.resolve("other.pem"),
                TestCertificates.selfSigned(folder, "other").certificate());
        live.write("server.crt", server.certificate());
        live.write("server.key", server.key());
        createUsers();
        live.write("pg_hba.conf", """
                local     all         postgres                 trust
                local     replication postgres                 trust
                local     all         absent                   trust
                local     all         secure                   scram-sha-256
                local     replication secure                   scram-sha-256
                hostnossl all         tls_only    all          reject
                hostnossl replication tls_only    all          reject
                hostssl   all         plain_only  all          reject
                hostssl   replication plain_only  all          reject
                host      all         clear       all          password
                host      replication clear       all          password
                host      all         old         all          md5
                host      replication old         all          md5
                host      all         all         all          scram-sha-256
                host      replication all         all          scram-sha-256
                """);
        live.set("ssl", "on");
        live.restart(Shutdown.FAST);
    }

    private static void createUsers() {
        for (var user : new String[] {"secure", "clear", "tls_only", "plain_only"}) {
            live.execute("CREATE ROLE %s LOGIN REPLICATION PASSWORD '%s'".formatted(user, PASSWORD));
        }
        live.execute(
                "DO $$ BEGIN SET password_encryption = 'md5'; CREATE ROLE old LOGIN REPLICATION PASSWORD '%s'; END $$"
                        .formatted(PASSWORD));
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Nested
    class Without_tls {

        @Test
        void scram_lets_in_with_the_right_password() {
            assertThat(authentication(as("secure").withSslMode(SslMode.DISABLE)))
                    .isEqualTo(Authentication.SCRAM_SHA_256);
            assertThat(sqlUser(as("secure").withSslMode(SslMode.DISABLE))).isEqualTo("secure");
        }

        @Test
        void md5_lets_in_with_the_right_password() {
            assertThat(authentication(as("old").withSslMode(SslMode.DISABLE))).isEqualTo(Authentication.MD5);
        }

        @Test
        void a_password_in_clear_text_is_never_sent() {
            var refusal = refusal(as("clear").withSslMode(SslMode.DISABLE));

            assertThat(refusal)
                    .hasMessage(
                            "%s: the server asks for the password in clear text",
                            live.tcp().address());
            assertThat(sqlRefusal(as("clear").withSslMode(SslMode.DISABLE)).kind())
                    .isEqualTo(ProblemKind.REFUSED);
        }

        @Test
        void the_unix_socket_serves_both_kinds_of_connection() {
            var settings = live.socket().withUser("secure").withPassword(given(PASSWORD));

            assertThat(authentication(settings)).isEqualTo(Authentication.SCRAM_SHA_256);
            assertThat(sqlUser(settings)).isEqualTo("secure");
        }
    }

    /** Root meets it at once on a server whose pg_hba.conf is a package's: it asks by the socket who one is. */
    @Test
    void whom_the_server_does_not_know_is_told_to_come_as_its_user() {
        var refusal = sqlRefusal(live.socket().withUser("absent"));

        assertThat(refusal).hasMessageContaining("role \"absent\" does not exist, SQLSTATE 28000");
        assertThat(refusal.hint())
                .isEqualTo(
                        "run as the user that the server runs as, or set postgres.user: by its pg_hba.conf the server"
                                + " decides who may connect as whom, over its socket usually only a user of the same name (peer)");
    }

    @Nested
    class A_password_that_does_not_fit {

        @Test
        void is_refused_for_good_and_shown_nowhere() {
            for (var user : new String[] {"secure", "old"}) {
                var settings = as(user).withPassword(given("wrong-hunter2"));
                var refusal = refusal(settings);

                assertThat(refusal.code()).isEqualTo("server.authentication");
                assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
                assertThat(refusal.retryable()).isFalse();
                assertThat(refusal.sqlState()).contains("28P01");
                assertThat(everythingSaidBy(refusal)).doesNotContain("hunter2");
                assertThat(everythingSaidBy(sqlRefusal(settings))).doesNotContain("hunter2");
                assertThat(settings.toString()).doesNotContain("hunter2");
            }
        }

        @Test
        void or_that_is_not_known_is_asked_for() {
            var refusal = refusal(as("secure").withPassword(PasswordSource.none()));

            assertThat(refusal)
                    .hasMessage(
                            "%s: the server asks for a password of user 'secure' and none is known",
                            live.tcp().address());
            assertThat(refusal.hint()).isEqualTo("set PGPASSWORD or add a line to the password file");
        }
    }

    @Nested
    class With_tls {

        @Test
        void scram_is_bound_to_the_channel() {
            assertThat(authentication(as("secure").withSslMode(SslMode.REQUIRE)))
                    .isEqualTo(Authentication.SCRAM_SHA_256_PLUS);
        }

        @Test
        void prefer_takes_it_when_the_server_has_it() {
            try (var client = connect(as("secure"))) {
                assertThat(client.isEncrypted()).isTrue();
            }
        }

        @Test
        void prefer_goes_without_it_where_only_that_is_let_in() {
            try (var client = connect(as("plain_only"))) {
                assertThat(client.isEncrypted()).isFalse();
            }
        }

        @Test
        void a_password_in_clear_text_may_pass_where_tls_is_insisted_on() {
            assertThat(authentication(as("clear").withSslMode(SslMode.REQUIRE)))
                    .isEqualTo(Authentication.CLEARTEXT_PASSWORD);
        }

        @Test
        void verify_full_lets_in_a_server_that_proves_its_name() {
            var settings = named("localhost").withSslMode(SslMode.VERIFY_FULL).withSslRootCertificate(trusted);

            assertThat(authentication(settings)).isEqualTo(Authentication.SCRAM_SHA_256_PLUS);
            assertThat(sqlUser(settings)).isEqualTo("secure");
        }

        @Test
        void verify_full_refuses_a_server_of_another_name() {
            var settings = as("secure").withSslMode(SslMode.VERIFY_FULL).withSslRootCertificate(trusted);

            assertThat(refusal(settings)).hasMessageContaining("TLS with the server failed");
            assertThat(refusal(settings).retryable()).isFalse();
            assertThat(sqlRefusal(settings)).isNotNull();
        }

        @Test
        void verify_ca_does_not_look_at_the_name() {
            var settings = as("secure").withSslMode(SslMode.VERIFY_CA).withSslRootCertificate(trusted);

            assertThat(authentication(settings)).isEqualTo(Authentication.SCRAM_SHA_256_PLUS);
            assertThat(sqlUser(settings)).isEqualTo("secure");
        }

        @Test
        void a_certificate_nobody_vouches_for_is_refused_even_by_require() {
            for (var mode : new SslMode[] {SslMode.REQUIRE, SslMode.VERIFY_CA, SslMode.VERIFY_FULL}) {
                var settings = named("localhost").withSslMode(mode).withSslRootCertificate(stranger);

                assertThat(refusal(settings).code()).isEqualTo("server.authentication");
                assertThat(sqlRefusal(settings)).isNotNull();
            }
        }

        @Test
        void verifying_without_a_root_certificate_is_refused() {
            assertThat(refusal(as("secure").withSslMode(SslMode.VERIFY_CA)))
                    .hasMessage(
                            "%s: sslmode verify-ca needs a root certificate",
                            live.tcp().address());
        }

        @Test
        void wal_flows_and_time_outs_inside_records_lose_nothing() {
            try (var session = live.sql();
                    var client = connect(as("secure").withSslMode(SslMode.REQUIRE))) {
                var from = client.identifySystem().flushed();
                session.execute("CREATE TABLE public.t AS SELECT n, repeat('x', 200) FROM generate_series(1, 30000) n");
                var to = client.identifySystem().flushed();
                var reader = new StreamReader(client.stream(StreamStart.of(from, new TimelineId(1))));

                while (reader.position().isBefore(to)) {
                    reader.read(Duration.ZERO);
                }
                reader.acknowledge(true);

                reader.readUntilIdle(Duration.ofMillis(300));
                assertThat(reader.keepalives()).isPositive();
            }
        }
    }

    @Test
    void a_line_for_replication_in_the_password_file_is_found() throws IOException {
        var file = Files.writeString(
                folder.resolve("pgpass"), "*:*:replication:secure:%s%n".formatted(PASSWORD.replace("\\", "\\\\")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThat(authentication(as("secure").withPassword(new PasswordFile(file))))
                .isEqualTo(Authentication.SCRAM_SHA_256_PLUS);
    }

    @Test
    void a_server_without_tls_is_refused_where_it_is_insisted_on() {
        try (var plain = LiveServer.start(Map.of())) {
            assertThat(refusal(plain.tcp().withSslMode(SslMode.REQUIRE)))
                    .hasMessage(
                            "%s: the server has no TLS, which sslmode require asks for",
                            plain.tcp().address());
            assertThat(authentication(plain.tcp())).isEqualTo(Authentication.NONE);
        }
    }

    @Test
    void nobody_at_the_port_is_a_problem_that_may_pass() {
        var nobody = ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", 1), "x", "x");

        assertThat(refusal(nobody).retryable()).isTrue();
        assertThat(refusal(nobody)).hasMessageStartingWith("127.0.0.1:1: connection failed");
        assertThat(sqlRefusal(nobody).retryable()).isTrue();
        assertThat(sqlRefusal(nobody)).hasMessageStartingWith("127.0.0.1:1: connection failed");
    }

    private static ConnectionSettings as(String user) {
        return live.tcp().withUser(user).withPassword(given(PASSWORD));
    }

    private static ConnectionSettings named(String host) {
        return as("secure")
                .withAddress(new ServerAddress.Tcp(host, live.server().port()));
    }

    private static PasswordSource given(String password) {
        return PasswordSource.given(Secret.of(password));
    }

    private static ReplicationClient connect(ConnectionSettings settings) {
        return ReplicationClient.connect(settings, InstantSource.system());
    }

    private static Authentication authentication(ConnectionSettings settings) {
        try (var client = connect(settings)) {
            assertThat(client.identifySystem().timeline()).isEqualTo(new TimelineId(1));
            return client.authentication();
        }
    }

    private static String sqlUser(ConnectionSettings settings) {
        try (var session = SqlSession.open(settings)) {
            return session.one("SELECT current_user AS answer", row -> row.text("answer"));
        }
    }

    private static ServerException refusal(ConnectionSettings settings) {
        return catchThrowableOfType(ServerException.class, () -> connect(settings));
    }

    private static ServerException sqlRefusal(ConnectionSettings settings) {
        return catchThrowableOfType(ServerException.class, () -> SqlSession.open(settings));
    }

    private static String everythingSaidBy(ServerException refusal) {
        var text = new StringWriter();
        refusal.printStackTrace(new PrintWriter(text));
        return text + refusal.hint() + refusal;
    }
}
