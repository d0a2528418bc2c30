package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The host that the README is written for, in one folder: its paths lead there, and {@code systemctl} and
 * {@code pg_ctlcluster} are scripts that do with processes what those would do with units. Everything else is real. All runs
 * as the user that owns the data directory.
 */
final class ReadmeHost implements AutoCloseable {

    private static final String PORT = "5432";

    private final Path folder;
    private final UnprivilegedUser user = UnprivilegedUser.current();
    private final PostgresBinaries binaries = PostgresBinaries.version18();
    private final Map<String, String> paths = new LinkedHashMap<>();

    ReadmeHost(Path folder) throws IOException {
        this.folder = folder;
        paths.put("/var/lib/postgresql/18/main", folder + "/main");
        paths.put("/usr/lib/postgresql/18/bin", binaries.folder() + "/bin");
        paths.put("/var/run/postgresql", folder + "/run");
        paths.put("/var/lib/holdfast", folder + "/state");
        paths.put("/etc/holdfast", folder + "/etc");
        paths.put("/backup/shop", folder + "/backup");
        paths.put("/srv/look", folder + "/look");
        paths.put("/opt/holdfast/holdfast", folder + "/bin/holdfast");
        EmbeddedPostgres.initialise(binaries, folder.resolve("main"), InitOptions.forTests())
                .close();
        for (var name : List.of("bin", "run", "tmp", "etc", "state", "backup", "look")) {
            Files.createDirectories(folder.resolve(name));
        }
        for (var closed : List.of("etc", "state", "backup", "look")) {
            Files.setPosixFilePermissions(folder.resolve(closed), PosixFilePermissions.fromString("rwx------"));
        }
        Files.writeString(
                folder.resolve("main/postgresql.auto.conf"),
                "listen_addresses = ''\nunix_socket_directories = '%s/run'\nport = %s\n".formatted(folder, PORT));
        programs();
        user.own(folder);
    }

    private void programs() throws IOException {
        var application = Path.of("target/holdfast/lib").toAbsolutePath();
        copyJars(application);
        script(
                "holdfast",
                "exec '%s' --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -Djava.io.tmpdir='%s/tmp' -cp '%s/lib/*' io.holdfast.cli.Holdfast \"$@\""
                        .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), folder, folder));
        script(
                "pg_ctlcluster",
                "exec '%s' -D '%s/main' -l '%s/server.log' -m fast -w -t 300 \"$3\""
                        .formatted(binaries.program("pg_ctl"), folder, folder));
        script("systemctl", """
                pid=$(cat '%1$s/unit.pid' 2>/dev/null)
                case $1 in
                    stop | disable)
                        kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done ;;
                    start | enable)
                        sed -n 's/^ExecStart=//p' '%1$s/unit' >'%1$s/unit.sh'
                        setsid sh -c "echo \\$\\$ >'%1$s/unit.pid'; exec $(cat '%1$s/unit.sh')" >>'%1$s/unit.log' 2>&1 </dev/null & ;;
                    daemon-reload) ;;
                    *) exit 1 ;;
                esac
                """.formatted(folder));
        Files.createSymbolicLink(
                folder.resolve("bin/psql"), PostgresClientPrograms.version18().program("psql"));
        // The README's folders for root to make are here already; their owner is whoever runs this.
        script("install", "for last; do :; done; mkdir -p \"$last\" && chmod 700 \"$last\"");
    }

    private void copyJars(Path application) throws IOException {
        Files.createDirectory(folder.resolve("lib"));
        try (var jars = Files.list(application)) {
            for (var jar : jars.toList()) {
                Files.copy(jar, folder.resolve("lib").resolve(jar.getFileName()));
            }
        }
    }

    private void script(String name, String body) throws IOException {
        var file = Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Puts a file of the README where it says. */
    void write(String path, String content) throws IOException {
        Files.writeString(Path.of(here(path)), here(content));
        user.own(folder.resolve("etc"));
    }

    void unit(String content) throws IOException {
        Files.writeString(folder.resolve("unit"), here(content));
    }

    private String here(String text) {
        var result = text;
        for (var path : paths.entrySet()) {
            result = result.replace(path.getKey(), path.getValue());
        }
        return result;
    }

    /** Runs commands of the README as a shell would, each of which must succeed; what they printed. */
    String run(String commands) throws IOException, InterruptedException {
        var log = folder.resolve("commands.log");
        var program = user.program(List.of("sh", "-e", "-c", here(commands)))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(Path.of("/dev/null").toFile());
        program.environment()
                .putAll(Map.of(
                        "PATH",
                        "%s/bin:%s/bin:%s".formatted(folder, binaries.folder(), System.getenv("PATH")),
                        "HOLDFAST_CONFIG",
                        folder + "/etc/holdfast.yaml",
                        "PGHOST",
                        folder + "/run",
                        "PGPORT",
                        PORT,
                        "PGUSER",
                        "postgres"));
        var process = user.start(program);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .describedAs("%s%n%s%n%s", commands, output, Files.readString(log))
                .isZero();
        return output;
    }

    /** One line of a query at the server, or an empty text if it does not answer. */
    String query(String sql) throws IOException, InterruptedException {
        return run("psql -X -A -t -d shop -c \"%s\" 2>/dev/null || true".formatted(sql))
                .strip();
    }

    /** The end of the host: no process gets a chance to say good-bye, and its disks are gone. */
    void lose() throws IOException, InterruptedException {
        run(
                "kill -9 $(cat '%1$s/unit.pid') $(head -1 '%1$s/main/postmaster.pid'); sleep 1; rm -rf '%1$s/main' '%1$s/state'; mkdir -m 700 '%1$s/state'"
                        .formatted(folder));
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() throws IOException, InterruptedException {
        run(
                "systemctl stop holdfast 2>/dev/null || true; for d in main look; do pg_ctl -D '%s'/$d -m immediate stop || true; done"
                        .formatted(folder));
    }
}
