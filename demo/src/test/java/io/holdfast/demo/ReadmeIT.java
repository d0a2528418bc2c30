package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testkit.programs.NeedsClientPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who knows nothing but the README protects a server, loses a table, then the host, and gets both back. */
@NeedsClientPrograms
class ReadmeIT {

    private static final Duration SOON = Duration.ofMinutes(2);

    /** Without blanks: the README quotes no path. */
    @TempDir
    private Path folder;

    @Test
    void its_commands_do_what_it_says() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var readme = Readme.read();
        try (var host = new ReadmeHost(folder)) {
            host.run("pg_ctlcluster 18 main start; createdb shop || psql -d postgres -c 'CREATE DATABASE shop'");
            protect(readme, host);
            host.run("psql -d shop -c 'CREATE TABLE projects AS SELECT g AS id FROM generate_series(1, 1000) AS g'");
            var before = host.query("SELECT now()");
            host.run("sleep 1; psql -d shop -c 'DROP TABLE projects'");
            awaitStored(host);
            tutorial(before, host);

            var look = at(before, readme.blocks("Somebody dropped a table", "sh"));
            assertThat(host.run(look.getFirst())).contains("1000");
            host.run(look.get(1));
            awaitQuery(host, "SELECT count(*) FROM projects", "1000");
            awaitQuery(host, "SELECT timeline_id FROM pg_control_checkpoint()", "2");
            host.run("holdfast backup");

            host.run("psql -d shop -c 'INSERT INTO projects VALUES (1001)'");
            awaitStored(host);
            host.lose();
            readme.blocks("The host is gone", "sh").forEach(block -> run(host, block));
            host.run("pg_ctlcluster 18 main start");
            awaitQuery(host, "SELECT count(*) FROM projects WHERE NOT pg_is_in_recovery()", "1001");
            host.unit("ExecStart=holdfast protect --take-over");
            host.run("systemctl start holdfast");
            awaitProtected(host);

            readme.blocks("Uninstall", "sh").forEach(block -> run(host, block));
            assertThat(host.query("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
        }
    }

    /** The tutorial begins where the README has protected a server. */
    private static void tutorial(String before, ReadmeHost host) throws Exception {
        var tutorial = Readme.read("docs/tutorial.md");
        host.write(
                "/etc/holdfast/plan.yaml", tutorial.blocks("Write it", "yaml").getFirst());
        var moment = OffsetDateTime.parse(before.replace(' ', 'T') + ":00")
                .toInstant()
                .toString();
        for (var heading : List.of("Check it", "Rehearse", "Run it", "Look")) {
            for (var block : tutorial.blocks(heading, "sh")) {
                var said = host.run(block.replace("2026-01-15T09:41:00Z", moment));
                if (block.contains("runs show")) {
                    assertThat(said).contains("state       completed").doesNotContain("MISSED");
                }
            }
        }
        host.run("rm -rf /srv/look/* /srv/look/.[!.]*");
    }

    private static void protect(Readme readme, ReadmeHost host) throws Exception {
        var heading = "Protect a server that you run";
        host.write("/etc/holdfast/holdfast.yaml", readme.blocks(heading, "yaml").getFirst());
        var commands = readme.blocks(heading, "sh");
        run(host, commands.getFirst());
        assertThat(host.run(commands.get(1))).doesNotContain("error");
        host.run("psql -d postgres -c 'ALTER SYSTEM SET summarize_wal = on' -c 'SELECT pg_reload_conf()'");
        host.unit(readme.blocks(heading, "ini").getFirst());
        commands.stream().skip(2).forEach(block -> run(host, block));
        awaitProtected(host);
        host.run("holdfast info");
    }

    /** The commands of the README with another time than the one that it has for an example. */
    private static List<String> at(String time, List<String> blocks) {
        return blocks.stream()
                .map(block -> block.replace("2026-01-15 09:41:00+00", time))
                .toList();
    }

    private static void run(ReadmeHost host, String commands) {
        try {
            host.run(commands);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitProtected(ReadmeHost host) {
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(2))
                .ignoreExceptions()
                .untilAsserted(() -> host.run("holdfast status --check"));
    }

    private static void awaitStored(ReadmeHost host) throws Exception {
        var wanted = host.query("SELECT now()");
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> host.run("holdfast status -o json")
                        .lines()
                        .filter(line -> line.contains("coveredUntil"))
                        .anyMatch(line -> isAfter(line, wanted)));
    }

    private static boolean isAfter(String line, String wanted) {
        var text = line.replaceAll(".*\"coveredUntil\" : \"([^\"]*)\".*", "$1");
        return Instant.parse(text)
                .isAfter(OffsetDateTime.parse(wanted.replace(' ', 'T') + ":00").toInstant());
    }

    private static void awaitQuery(ReadmeHost host, String sql, String expected) {
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> host.query(sql).equals(expected));
    }
}
