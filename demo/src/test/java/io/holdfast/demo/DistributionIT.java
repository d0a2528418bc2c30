package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What {@code build/dist} makes of the present build, on a machine that has no JDK. */
class DistributionIT {

    /** All that the launcher asks of a machine beside the programs of PostgreSQL. */
    private static final List<String> PROGRAMS = List.of("sh", "dirname", "readlink", "setsid", "sleep", "cat", "rm");

    @TempDir
    private static Path folder;

    private static Path holdfast;
    private static Path path;

    @BeforeAll
    static void unpack() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        dist("dist");
        path = Files.createDirectory(folder.resolve("path"));
        for (var program : PROGRAMS) {
            Files.createSymbolicLink(path.resolve(program), Path.of("/bin", program));
        }
        var place = Files.createDirectory(folder.resolve("opt"));
        run(List.of("tar", "-xzf", made("dist", "tar.gz").toString(), "-C", place.toString()));
        run(List.of("chmod", "-R", "a-w", place.toString()));
        try (var trees = Files.list(place)) {
            holdfast = trees.findFirst().orElseThrow().resolve("bin/holdfast");
        }
    }

    @AfterAll
    static void makeRemovable() throws Exception {
        run(List.of("chmod", "-R", "u+w", folder.toString()));
    }

    /** What it printed. */
    private static String dist(String name) throws IOException, InterruptedException {
        return run(List.of(
                "../build/dist",
                "--lib",
                "target/holdfast/lib",
                "--out",
                folder.resolve(name).toString()));
    }

    private static Path made(String name, String kind) throws IOException {
        try (var files = Files.list(folder.resolve(name))) {
            return files.filter(file -> file.getFileName().toString().endsWith("." + kind))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String run(List<String> words) throws IOException, InterruptedException {
        var program = new ProcessBuilder(words).redirectErrorStream(true);
        // The package's contents are asked for here, not its size: at the usual level it alone costs a minute.
        program.environment().put("DPKG_DEB_COMPRESSOR_LEVEL", "0");
        var process = program.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).describedAs("%s%n%s", words, output).isZero();
        return output;
    }

    private String holdfast(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(holdfast.toString()));
        words.addAll(List.of(arguments));
        var program = UnprivilegedUser.current().program(words);
        program.environment().clear();
        program.environment().put("PATH", path.toString());
        program.environment().putAll(environment);
        var process = UnprivilegedUser.current()
                .start(program.redirectInput(Path.of("/dev/null").toFile())
                        .redirectError(folder.resolve("errors").toFile()));
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .describedAs("%s%n%s%s", words, output, Files.readString(folder.resolve("errors")))
                .isZero();
        return output;
    }

    @Test
    void it_starts_from_its_cache_without_a_jdk_and_without_writing_where_it_lies() throws Exception {
        assertThat(holdfast(Map.of("HOLDFAST_JAVA_OPTIONS", "-XX:AOTMode=on"), "--version"))
                .startsWith("holdfast ");
    }

    @Test
    void it_recovers_a_database() throws Exception {
        var user = UnprivilegedUser.current();
        var place = Files.createDirectory(folder.resolve("host"));
        var binaries = PostgresBinaries.version18();
        var server = EmbeddedPostgres.initialise(binaries, place.resolve("data"), InitOptions.forTests());
        user.own(place);
        var settings = Map.of(
                "HOLDFAST_REPOSITORY_PATH",
                place + "/backup",
                "HOLDFAST_REPOSITORY_KEY_FILE",
                place + "/key",
                "HOLDFAST_STATE_DIRECTORY",
                place + "/state",
                "HOLDFAST_POSTGRES_HOST",
                "127.0.0.1",
                "HOLDFAST_POSTGRES_PORT",
                Integer.toString(server.port()),
                "HOLDFAST_POSTGRES_USER",
                "postgres",
                "HOLDFAST_MEMBER",
                "here");
        try (var running = server.start(Map.of("fsync", "off"));
                var connection = DriverManager.getConnection(running.jdbcUrl("postgres"));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) AS g");
            holdfast(settings, "init", "--name", "shop", "--generate-key");
            assertThat(holdfast(settings, "backup")).contains("full");
        }
        holdfast(settings, "restore", "--latest", "--into", place + "/restored", "--target-action", "promote");

        try (var restored =
                EmbeddedPostgres.adopt(binaries, place.resolve("restored")).start(Map.of("fsync", "off"))) {
            // It takes no connections before it has recovered.
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> rows(restored.jdbcUrl("postgres")) == 1000);
        }
    }

    private static int rows(String url) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM t")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void the_package_holds_the_same_and_what_a_system_wants() throws Exception {
        var names = run(List.of("dpkg-deb", "--contents", made("dist", "deb").toString()));

        assertThat(names)
                .contains("./usr/bin/holdfast -> ../lib/holdfast/bin/holdfast")
                .contains("./usr/lib/holdfast/runtime/bin/java")
                .contains("./usr/lib/systemd/system/holdfast-protect@.service")
                .contains("./usr/lib/systemd/system/holdfast-expire@.timer")
                .contains("./usr/share/man/man1/holdfast-restore.1.gz")
                .contains("./usr/share/bash-completion/completions/holdfast")
                .contains("./etc/holdfast/")
                .containsPattern("holdfast/app/java-25[^/]*\\.aot");
    }

    @Test
    void the_package_says_what_it_needs_and_its_scripts_are_shell() throws Exception {
        var control = folder.resolve("control");
        run(List.of("dpkg-deb", "--control", made("dist", "deb").toString(), control.toString()));

        assertThat(Files.readString(control.resolve("control")))
                .containsPattern("\nDepends: adduser, libc6 \\(>= 2\\.[0-9]+\\)\n")
                .containsPattern("\nInstalled-Size: [1-9][0-9]{4,}\n");
        assertThat(Files.readString(control.resolve("md5sums"))).contains("  usr/lib/holdfast/app/jars\n");
        for (var script : List.of("postinst", "prerm", "postrm")) {
            assertThat(control.resolve(script)).isExecutable();
            run(List.of("sh", "-n", control.resolve(script).toString()));
        }
    }

    /** Were a unit to name a state directory of its own, every other command would look for its capture elsewhere. */
    @Test
    void the_example_names_the_state_directory_that_the_units_make() throws Exception {
        var home = holdfast.resolve("../..").normalize();

        assertThat(holdfast(
                        Map.of("HOLDFAST_CONFIG", home.resolve("example.yaml").toString()), "config"))
                .containsPattern("state-directory +/var/lib/holdfast/shop +file");
        for (var unit : List.of("holdfast-protect@.service", "holdfast-expire@.service")) {
            assertThat(Files.readString(home.resolve("share/systemd").resolve(unit)))
                    .contains("\nStateDirectory=holdfast/%i\n")
                    .containsPattern("\nExecStart=/usr/local/bin/holdfast [a-z -]+ --config /etc/holdfast/%i\\.yaml\n");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "holdfast.torture", matches = "true", disabledReason = "takes a minute")
    void two_builds_are_the_same_but_for_the_cache() throws Exception {
        assertThat(checksum(dist("second"))).isEqualTo(checksum(dist("third")));
    }

    private static String checksum(String output) {
        return output.lines()
                .filter(line -> line.startsWith("without the AOT cache: "))
                .findFirst()
                .orElseThrow();
    }
}
