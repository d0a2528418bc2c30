package io.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionDefaultsTest {

    @TempDir
    private Path home;

    @Test
    void nothing_said_means_this_account_on_localhost_without_a_socket() {
        var settings = defaults(Map.of()).settings();

        assertThat(settings.address()).isEqualTo(new ServerAddress.Tcp("localhost", 5432));
        assertThat(settings.user()).isEqualTo("dba");
        assertThat(settings.database()).isEqualTo("dba");
        assertThat(settings.sslMode()).isEqualTo(SslMode.PREFER);
    }

    @Test
    void the_first_folder_that_has_a_socket_is_taken() throws IOException {
        var second = Files.createDirectory(home.resolve("second"));
        Files.createFile(second.resolve(".s.PGSQL.5433"));

        var settings = defaults(Map.of("PGPORT", "5433")).settings();

        assertThat(settings.address()).isEqualTo(new ServerAddress.UnixSocket(second, 5433));
    }

    @Test
    void parameters_come_before_the_environment() {
        var environment = Map.of(
                "PGHOST", "db1",
                "PGUSER", "backup",
                "PGDATABASE", "orders",
                "PGSSLMODE", "require",
                "PGCONNECT_TIMEOUT", "7",
                "PGAPPNAME", "nightly",
                "PGSSLROOTCERT", "/etc/root.pem");

        var settings = defaults(environment).settings(Map.of("host", "db2"));

        assertThat(settings.address()).isEqualTo(new ServerAddress.Tcp("db2", 5432));
        assertThat(settings.user()).isEqualTo("backup");
        assertThat(settings.database()).isEqualTo("orders");
        assertThat(settings.sslMode()).isEqualTo(SslMode.REQUIRE);
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.applicationName()).isEqualTo("nightly");
        assertThat(settings.sslRootCertificate()).contains(Path.of("/etc/root.pem"));
    }

    @Test
    void a_password_never_shows() {
        var settings = defaults(Map.of("PGPASSWORD", "hunter2")).settings();

        assertThat(settings.toString()).contains("[REDACTED]").doesNotContain("hunter2");
        assertThat(password(settings)).isEqualTo("hunter2");
    }

    @Test
    void the_first_line_of_the_password_file_that_matches_counts() throws IOException {
        passwordFile("""
                # a comment
                other:*:*:*:wrong
                local\\:host:*:*:dba:wrong
                localhost:5432:\\*:dba:wrong
                localhost:5432:*:dba:co\\:lon and \\\\ back:slash
                *:*:*:*:late
                """, "rw-------");

        assertThat(password(defaults(Map.of()).settings())).isEqualTo("co:lon and \\ back:slash");
    }

    @Test
    void a_password_file_that_others_may_read_is_ignored() throws IOException {
        passwordFile("*:*:*:*:seen\n", "rw-r-----");

        assertThat(password(defaults(Map.of()).settings())).isEmpty();
    }

    @Test
    void a_socket_in_a_usual_folder_is_localhost_to_the_password_file() throws IOException {
        passwordFile("localhost:*:*:*:local\n", "rw-------");

        var settings = defaults(Map.of("PGHOST", "/var/run/postgresql")).settings();

        assertThat(password(settings)).isEqualTo("local");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> defaults(Map.of("PGPORT", "many")).settings())
                .isInstanceOf(InvalidConnectionException.class)
                .hasMessage("port is not a number: 'many'");
        assertThatThrownBy(() -> defaults(Map.of("PGHOST", "a,b")).settings())
                .isInstanceOf(InvalidConnectionException.class)
                .hasMessage("more than one host: 'a,b'");
        assertThatThrownBy(() -> defaults(Map.of("PGSSLMODE", "maybe")).settings())
                .isInstanceOf(InvalidConnectionException.class)
                .hasMessage("not an sslmode: 'maybe'");
        assertThatThrownBy(() -> defaults(Map.of("PGPORT", "70000")).settings())
                .isInstanceOf(InvalidConnectionException.class)
                .hasMessage("not a port: 70000");
    }

    private ConnectionDefaults defaults(Map<String, String> environment) {
        return new ConnectionDefaults(environment, home, "dba", List.of(home.resolve("first"), home.resolve("second")));
    }

    private void passwordFile(String content, String mode) throws IOException {
        var file = Files.writeString(home.resolve(".pgpass"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String password(ConnectionSettings settings) {
        return settings.password()
                .find(settings.address(), settings.database(), settings.user())
                .map(Secret::reveal)
                .orElse("");
    }
}
