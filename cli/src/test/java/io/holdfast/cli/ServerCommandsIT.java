package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code check} and {@code backup} on a real server. */
class ServerCommandsIT {

    @TempDir(factory = ServerFolder.class)
    private static Path servers;

    private static EmbeddedPostgres server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start_a_server() {
        server = NewCluster.initialise(PostgresBinaries.version18(), servers.resolve("data"), InitOptions.forTests())
                .start();
    }

    @AfterAll
    static void stop_it() {
        server.close();
    }

    private CommandRun commands() {
        return commands(server, "postgres");
    }

    private CommandRun commands(EmbeddedPostgres at, String role) {
        var commands = new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(at.port()))
                .variable("HOLDFAST_POSTGRES_USER", role)
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
        if (!Files.exists(folder.resolve("key"))) {
            assertThat(commands.run("init", "--name", "shop", "--generate-key").exitCode())
                    .isZero();
        }
        return commands;
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }

    private static SqlSession session(EmbeddedPostgres at) {
        return SqlSession.open(
                ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", at.port()), "postgres", "postgres"));
    }

    /** The findings of a check, as {@code severity code}. */
    private static List<String> findings(CommandRun.Ended ended) {
        return StreamSupport.stream(json(ended.out()).spliterator(), false)
                .map(finding -> finding.get("severity").asString() + " "
                        + finding.get("code").asString())
                .toList();
    }

    private static String hint(CommandRun.Ended ended, String code) {
        return StreamSupport.stream(json(ended.out()).spliterator(), false)
                .filter(finding -> finding.get("code").asString().equals(code))
                .map(finding -> finding.get("hint").asString())
                .findFirst()
                .orElseThrow();
    }

    @Nested
    class A_check {

        @Test
        void of_a_server_that_is_ready_finds_no_error_and_a_slot_limit_to_set() {
            var ended = commands().run("check", "-o", "json");

            assertThat(ended.exitCode()).describedAs(ended.out()).isZero();
            assertThat(ended.err()).isEmpty();
            assertThat(findings(ended))
                    .contains(
                            "PASSED check.repository",
                            "PASSED check.repository-write",
                            "PASSED check.connection",
                            "PASSED check.version",
                            "PASSED check.primary",
                            "PASSED check.wal-level",
                            "PASSED check.role-settings",
                            "PASSED check.role-backup",
                            "PASSED check.replication",
                            "PASSED check.data-directory",
                            "PASSED check.wal-senders",
                            "PASSED check.replication-slots",
                            "WARNING check.slot-keep-size",
                            "PASSED check.cluster",
                            "PASSED check.clock")
                    .noneMatch(finding -> finding.startsWith("ERROR"));
            assertThat(hint(ended, "check.slot-keep-size"))
                    .matches("ALTER SYSTEM SET max_slot_wal_keep_size = '\\d+MB'; SELECT pg_reload_conf\\(\\);.*");
        }

        /** What it says of commits that wait for the capture, if it says anything. */
        private List<String> ofCommits(String acknowledgement) {
            return findings(commands()
                            .variable("HOLDFAST_CAPTURE_ACK", acknowledgement)
                            .run("check", "--no-write", "-o", "json"))
                    .stream()
                    .filter(finding -> finding.endsWith("check.synchronous-standby"))
                    .toList();
        }

        @Test
        void knows_whether_commits_wait_for_what_the_capture_acknowledges() {
            try (var session = session(server)) {
                assertThat(ofCommits("spool")).isEmpty();
                assertThat(ofCommits("repository")).containsExactly("WARNING check.synchronous-standby");
                session.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (other, holdfast)'");
                session.execute("SELECT pg_reload_conf()");
                await().until(() -> ofCommits("spool").equals(List.of("WARNING check.synchronous-standby")));
                assertThat(ofCommits("repository")).containsExactly("WARNING check.synchronous-standby");
                session.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 2 (other, holdfast)'");
                session.execute("SELECT pg_reload_conf()");

                await().until(() -> ofCommits("repository").equals(List.of("PASSED check.synchronous-standby")));
                session.execute("ALTER SYSTEM SET synchronous_commit = 'local'");
                session.execute("SELECT pg_reload_conf()");
                await().until(() -> ofCommits("repository").equals(List.of("WARNING check.synchronous-standby")));
            } finally {
                try (var session = session(server)) {
                    session.execute("ALTER SYSTEM RESET synchronous_standby_names");
                    session.execute("ALTER SYSTEM RESET synchronous_commit");
                    session.execute("SELECT pg_reload_conf()");
                }
            }
        }

        @Test
        void finds_what_a_recovery_left_and_its_hint_removes_it() {
            try (var session = session(server)) {
                session.execute("ALTER SYSTEM SET recovery_target_name = 'of a recovery'");

                var found = commands().run("check", "-o", "json");

                assertThat(findings(found)).contains("WARNING check.recovery-remains");
                assertThat(hint(found, "check.recovery-remains")).isEqualTo("ALTER SYSTEM RESET recovery_target_name;");
                session.execute(hint(found, "check.recovery-remains"));
                assertThat(findings(commands().run("check", "-o", "json"))).contains("PASSED check.recovery-remains");
            }
        }

        @Test
        void is_a_table_with_hints_for_people() {
            var ended = commands().run("check");

            assertThat(ended.out()).startsWith("RESULT ").contains("ALTER SYSTEM SET max_slot_wal_keep_size");
        }

        @Test
        void of_a_role_without_rights_names_each_and_its_hints_put_it_right() {
            try (var session = session(server)) {
                session.execute("DROP ROLE IF EXISTS \"modest\"");
                session.execute("CREATE ROLE \"modest\" LOGIN");

                var refused = commands(server, "modest").run("check", "-o", "json");

                assertThat(refused.exitCode()).isEqualTo(1);
                assertThat(findings(refused))
                        .describedAs(refused.out())
                        .contains(
                                "ERROR check.role-settings",
                                "ERROR check.role-files",
                                "ERROR check.role-backup",
                                "ERROR check.role-replication");

                for (var code : List.of("role-settings", "role-files", "role-backup", "role-replication")) {
                    session.execute(hint(refused, "check." + code).replace(" (in database postgres)", ""));
                }
                var granted = commands(server, "modest").run("check", "-o", "json");
                assertThat(granted.exitCode()).describedAs(granted.out()).isZero();
                assertThat(commands(server, "modest").run("backup").exitCode()).isZero();
            }
        }

        @Test
        void tells_of_server_and_repository_at_once() {
            var ended = commands()
                    .variable("HOLDFAST_POSTGRES_PORT", "1")
                    .variable("HOLDFAST_REPOSITORY_PATH", "elsewhere")
                    .run("check", "-o", "json");

            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(findings(ended)).contains("ERROR check.repository", "ERROR check.connection");
        }

        @Test
        void of_settings_that_forbid_backups_says_which() {
            var data = servers.resolve("minimal");
            try (var minimal = NewCluster.initialise(
                            PostgresBinaries.version18(),
                            data,
                            InitOptions.forTests().withDataChecksums(false))
                    .start(Map.of(
                            "wal_level", "minimal",
                            "max_wal_senders", "0",
                            "max_replication_slots", "0",
                            "full_page_writes", "off",
                            "archive_mode", "off"))) {
                var ended = commands(minimal, "postgres").run("check", "-o", "json");

                assertThat(ended.exitCode()).isEqualTo(1);
                assertThat(findings(ended))
                        .contains(
                                "ERROR check.wal-level",
                                "ERROR check.wal-senders",
                                "ERROR check.replication-slots",
                                "WARNING check.full-page-writes",
                                "NOTICE check.data-checksums",
                                "NOTICE check.summarize-wal");
            }
        }

        @Test
        void writes_nothing_when_told_so() {
            var ended = commands().run("check", "--no-write");

            assertThat(ended.exitCode()).isZero();
            assertThat(folder.resolve("r/check")).doesNotExist();
        }
    }

    @Nested
    class A_backup {

        @Test
        void is_in_the_information_with_what_it_can_recover() {
            var taken = commands().run("backup", "-o", "json");
            assertThat(taken.exitCode()).describedAs(taken.err()).isZero();
            var backup = json(taken.out()).get("backup");
            assertThat(backup.get("id").asString()).endsWith("F");
            assertThat(backup.get("member").asString()).isEqualTo("db1");

            var info = commands().run("info", "-o", "json");
            var document = json(info.out());
            assertThat(document.get("backups").get(0)).isEqualTo(backup);
            assertThat(document.get("windows").get(0).get("backup")).isEqualTo(backup.get("id"));
            assertThat(document.get("windows").get(0).get("fromLsn")).isEqualTo(backup.get("stopLsn"));
            assertThat(document.get("remarks").isEmpty()).isTrue();
            assertThat(commands().run("info").out()).contains(backup.get("id").asString(), "RECOVERABLE FROM");
        }

        @Test
        void shows_lines_in_a_log_and_a_bar_on_a_terminal_only() {
            var logged = commands().run("backup");
            assertThat(logged.err().lines()).first().asString().isEqualTo("holdfast: waiting for the checkpoint");
            assertThat(logged.err())
                    .contains("holdfast: copying ", "holdfast: committing")
                    .doesNotContain("\r");
            assertThat(logged.out()).startsWith("BACKUP ");

            var drawn = commands().onTerminal().run("backup", "-o", "json");
            assertThat(drawn.err()).contains("\r", "backup").doesNotContain("holdfast: ");
            assertThat(json(drawn.out()).isObject()).isTrue();
        }

        @Test
        void in_a_dry_run_changes_nothing() {
            var ended = commands().run("backup", "--dry-run", "--jobs", "3", "-o", "json");

            assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
            assertThat(json(ended.out()).get("jobs").asInt()).isEqualTo(3);
            assertThat(folder.resolve("r/backup")).doesNotExist();
            assertThat(folder.resolve("r/generation")).doesNotExist();
        }

        @Test
        void of_another_cluster_under_the_same_name_is_refused() {
            assertThat(commands().run("backup").exitCode()).isZero();
            try (var other = NewCluster.initialise(
                            PostgresBinaries.version18(), servers.resolve("other"), InitOptions.forTests())
                    .start()) {
                var refused = commands(other, "postgres").run("backup");

                assertThat(refused.exitCode()).isEqualTo(3);
                assertThat(refused.err())
                        .contains(
                                "ERROR: repository 'shop' protects another cluster",
                                "HINT: connect to the cluster it was made for");
                assertThat(commands(other, "postgres")
                                .run("backup", "--dry-run")
                                .exitCode())
                        .isEqualTo(3);
                assertThat(findings(commands(other, "postgres").run("check", "-o", "json")))
                        .contains("ERROR check.cluster");
            }
            assertThat(json(commands().run("info", "-o", "json").out()).get("backups"))
                    .hasSize(1);
        }

        @Test
        void of_another_cluster_begins_the_next_generation_after_an_upgrade() {
            assertThat(commands().run("backup").exitCode()).isZero();
            try (var other = NewCluster.initialise(
                            PostgresBinaries.version18(), servers.resolve("upgraded"), InitOptions.forTests())
                    .start()) {
                var upgraded = commands(other, "postgres");
                var unconfirmed = upgraded.run("upgrade");
                assertThat(unconfirmed.exitCode()).isEqualTo(3);
                assertThat(unconfirmed.err()).contains("ERROR: nobody has said that generation 1 is over");
                assertThat(upgraded.run("upgrade", "--over", "seven").exitCode())
                        .isEqualTo(2);
                assertThat(upgraded.run("upgrade", "--dry-run").out())
                        .contains("protected   generation 2: PostgreSQL 18");

                var over = unconfirmed
                        .err()
                        .lines()
                        .filter(line -> line.startsWith("HINT: "))
                        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                        .findFirst()
                        .orElseThrow();
                assertThat(upgraded.run("upgrade", "--over", over).exitCode()).isZero();

                assertThat(commands().run("backup").err()).contains("and over: generation 2 has followed");
                assertThat(upgraded.run("info").out())
                        .contains("PostgreSQL 18, generation 1", "PostgreSQL 18, generation 2")
                        .contains("there is no backup of generation 2 yet: nothing of it can be recovered");
                assertThat(upgraded.run("upgrade", "--over", over).out()).contains("protects this cluster already");
                assertThat(upgraded.run("backup").exitCode()).isZero();
                var info = json(upgraded.run("info", "-o", "json").out());
                assertThat(info.at("/backups/1/generation").asInt()).isEqualTo(2);
                assertThat(info.at("/windows/0/generation").asInt()).isEqualTo(1);
                assertThat(info.at("/windows/1/generation").asInt()).isEqualTo(2);
                var earlier = upgraded.run(
                        "restore", "--latest", "--generation", "1", "--into", "earlier", "--dry-run", "-o", "json");
                assertThat(json(earlier.out()).get("backup").asString())
                        .isEqualTo(info.at("/backups/0/id").asString());
            }
        }

        @Test
        void of_damaged_pages_is_stored_and_marked_and_ends_with_6() throws Exception {
            try (var damaged = NewCluster.initialise(
                            PostgresBinaries.version18(), servers.resolve("damaged"), InitOptions.forTests())
                    .start()) {
                Path file;
                try (var session = session(damaged)) {
                    session.execute("CREATE TABLE public.lamp AS SELECT g FROM generate_series(1, 10000) AS g");
                    session.execute("CHECKPOINT");
                    var path =
                            session.one("SELECT pg_relation_filepath('public.lamp') AS path", row -> row.text("path"));
                    file = damaged.dataDirectory().resolve(path);
                }
                scribble(file, 2 * 8192 + 4000);

                var ended = commands(damaged, "postgres").run("backup");

                assertThat(ended.exitCode()).isEqualTo(6);
                assertThat(ended.out())
                        .contains("1 damaged pages: the backup is stored with them", "block 2 of data/base/")
                        .contains(": table public.lamp in database postgres");
                assertThat(commands(damaged, "postgres").run("info").out())
                        .contains(": damaged pages in table public.lamp in database postgres");
                assertThat(json(commands(damaged, "postgres")
                                        .run("info", "-o", "json")
                                        .out())
                                .at("/backups/0/damagedPages")
                                .asInt())
                        .isEqualTo(1);
                assertThat(concerns(commands(damaged, "postgres").run("status", "-o", "json")))
                        .anyMatch(concern -> concern.contains("holds 1 damaged pages"));
            }
        }

        private void scribble(Path file, long at) throws IOException {
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.position(at).write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}));
            }
        }

        @Test
        void whose_server_stops_fails_and_does_not_count() throws Exception {
            try (var stopping = NewCluster.initialise(
                            PostgresBinaries.version18(), servers.resolve("stopping"), InitOptions.forTests())
                    .start()) {
                var commands = commands(stopping, "postgres");
                var killer = Thread.ofVirtual().start(() -> {
                    while (!Files.isDirectory(folder.resolve("r/backup"))) {
                        Thread.onSpinWait();
                    }
                    stopping.kill();
                });

                var ended = commands.run("backup", "--max-rate", "1MB", "--wal-timeout", "20s");
                killer.join();

                assertThat(ended.exitCode()).describedAs(ended.err()).isEqualTo(7);
                assertThat(ended.err().lines().filter(line -> line.startsWith("ERROR: ")))
                        .hasSize(1);
                assertThat(ended.err()).contains("HINT: ");
                assertThat(ended.out()).isEmpty();
                assertThat(json(commands.run("info", "-o", "json").out())
                                .get("backups")
                                .isEmpty())
                        .isTrue();
            }
        }
    }

    private static List<String> concerns(CommandRun.Ended ended) {
        return StreamSupport.stream(json(ended.out()).get("concerns").spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    /** What a process of 'holdfast protect' has left in the state folder. */
    private void remembered(String file, String content) throws IOException {
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(folder.resolve("state").resolve(file), content);
    }

    @Nested
    class An_expiry {

        /** Everything but the newest is old at once. */
        private CommandRun strict() {
            return commands()
                    .variable("HOLDFAST_RETENTION_BACKUPS", "1ms")
                    .variable("HOLDFAST_RETENTION_WAL", "1ms")
                    .variable("HOLDFAST_RETENTION_MINIMUM", "1")
                    .variable("HOLDFAST_RETENTION_GRACE", "1ms");
        }

        private List<String> backups() {
            return json(commands().run("info", "-o", "json").out())
                    .get("backups")
                    .valueStream()
                    .map(backup -> backup.get("id").asString())
                    .toList();
        }

        private String backup() {
            var taken = commands().run("backup", "-o", "json");
            assertThat(taken.exitCode()).describedAs(taken.err()).isZero();
            return json(taken.out()).get("backup").get("id").asString();
        }

        @Test
        void says_what_would_go_and_why_then_announces_it_and_then_removes_it() {
            var first = backup();
            var second = backup();
            var third = backup();

            var plan = strict().run("expire", "--dry-run");
            assertThat(plan.exitCode()).describedAs(plan.err()).isZero();
            assertThat(plan.out())
                    .contains(first + "  no     older than 1 ms, and nothing else keeps it")
                    .contains(third + "  yes    the newest backup of generation 1")
                    .contains("WOULD BE ANNOUNCED");
            assertThat(plan.err()).endsWith("this was a dry run: nothing was changed\n");

            var announced = strict().run("expire", "-o", "json");
            assertThat(json(announced.out()).get("removed")).isEmpty();
            assertThat(json(announced.out()).get("announced")).isNotEmpty();
            assertThat(backups()).containsExactly(first, second, third);

            var done = strict().run("expire");
            assertThat(done.out()).contains("REMOVED").contains("freed");
            assertThat(backups()).contains(third).doesNotContain(first);
            var restore = commands()
                    .run(
                            "restore",
                            "--immediate",
                            "--dry-run",
                            "--into",
                            folder.resolve("d").toString());
            assertThat(restore.exitCode()).describedAs(restore.err()).isZero();
        }

        @Test
        void waits_if_it_is_told_to_and_leaves_what_is_held() {
            var first = backup();
            var second = backup();
            var third = backup();
            var fourth = backup();
            var placed = commands().run("hold", "add", first, "--reason", "audit", "--for", "12h", "-o", "json");
            assertThat(placed.exitCode()).describedAs(placed.err()).isZero();

            var done = strict().variable("HOLDFAST_RETENTION_GRACE", "200ms").run("expire", "--wait");

            assertThat(done.exitCode()).describedAs(done.err()).isZero();
            assertThat(done.err()).startsWith("waiting until ");
            // The one before the newest is that from which the beginning of the window is restored.
            assertThat(backups()).containsExactly(first, third, fourth).doesNotContain(second);
            assertThat(commands().run("hold", "list").out()).contains(first).contains("audit");

            assertThat(commands().run("hold", "release", "1").out())
                    .startsWith("hold 1 on %s, ended ".formatted(first));
            assertThat(commands().run("hold", "list").out()).doesNotContain(first);
            strict().variable("HOLDFAST_RETENTION_GRACE", "200ms").run("expire", "--wait");
            assertThat(backups()).containsExactly(third, fourth);
        }

        @Test
        void knows_the_holds_that_make_no_sense() {
            assertThat(commands().run("hold", "add", "--reason", "x").exitCode())
                    .isEqualTo(2);
            assertThat(commands()
                            .run("hold", "add", "20200101-000000F", "--reason", "x")
                            .err())
                    .startsWith("ERROR: there is no backup 20200101-000000F to hold\n");
            assertThat(commands()
                            .run("hold", "add", "--from-lsn", "0/1", "--to-lsn", "0/2", "--reason", "x")
                            .err())
                    .startsWith("ERROR: there is no backup that ends before 0/1\n");
            assertThat(commands().run("hold", "release", "7").err()).startsWith("ERROR: there is no hold 7\n");
        }
    }

    @Nested
    class A_status {

        @Test
        void is_concerned_about_a_backup_that_is_overdue() {
            assertThat(commands().run("backup").exitCode()).isZero();

            var overdue = commands().variable("HOLDFAST_BACKUP_EVERY", "1ms").run("status", "--check", "-o", "json");

            assertThat(overdue.exitCode()).isEqualTo(1);
            assertThat(concerns(overdue)).anyMatch(concern -> concern.startsWith("a backup is overdue: the newest, "));
            assertThat(concerns(commands().run("status", "-o", "json")))
                    .containsExactly("no capture runs on this host: what is committed now is not protected");
        }

        @Test
        void computes_the_time_of_a_restore_and_is_concerned_when_it_misses_the_objective() {
            assertThat(commands().run("backup").exitCode()).isZero();

            var ended = commands().variable("HOLDFAST_BACKUP_RTO", "1ms").run("status", "-o", "json");

            var time = json(ended.out()).get("restoreTime");
            assertThat(time.get("copyBytes").asLong()).isGreaterThan(1 << 20);
            assertThat(time.at("/copy/basis").asString()).isEqualTo("assumed");
            assertThat(time.at("/replay/bytesPerSecond").asLong()).isEqualTo(20_000_000);
            assertThat(concerns(ended)).anyMatch(concern -> concern.startsWith("a restore would take about "));
            assertThat(commands()
                            .variable("HOLDFAST_BACKUP_RTO", "4h")
                            .run("status")
                            .out())
                    .contains("the objective is 4 h 0 min", "(assumed: nothing was measured on this host yet)")
                    .doesNotContain("CONCERN: a restore");
        }

        @Test
        void a_step_looks_at_the_capture_as_status_does() throws Exception {
            var protect = commands().start("protect", "--slot", "looked_at");
            try {
                var outputs = await().atMost(Duration.ofMinutes(5))
                        .until(
                                () -> looked("1m") instanceof Outcome.Succeeded(var answered)
                                        ? answered.values()
                                        : Map.<String, String>of(),
                                found -> found.getOrDefault("capture", "").startsWith("streaming"));
                assertThat(outputs.getOrDefault("capture", "")).startsWith("streaming, process " + protect.pid());
                assertThat(Duration.parse(outputs.getOrDefault("loss", "PT1H"))).isLessThan(Duration.ofMinutes(1));
                var failed = (Outcome.Failed) looked("1ms");
                assertThat(failed.reason()).contains("what would be lost now: ");
                assertThat(failed.outputs().values())
                        .containsEntry("findings", failed.reason())
                        .containsKeys("capture", "loss", "covered-until");
            } finally {
                protect.destroy();
                protect.waitFor();
                session(server).execute("SELECT pg_drop_replication_slot('looked_at')");
            }
            var gone = (Outcome.Failed) looked("1m");
            assertThat(gone.outputs().values().getOrDefault("findings", "")).contains("no capture runs on this host");
        }

        private Outcome looked(String atMost) throws InterruptedException {
            var commands = commands();
            var action = new ActionHost(
                            commands.surroundings(), Optional.empty(), new PrintWriter(new StringWriter()), Map::of)
                    .actions().stream()
                            .filter(found -> found.descriptor().equals(HoldfastActions.CAPTURE_CHECK))
                            .findFirst()
                            .orElseThrow();
            return action.execute(new Call(
                    "run/look",
                    new Inputs(Map.of("at-most", TimeSpan.of(atMost).orElseThrow())),
                    _ -> {},
                    Instant.MAX,
                    InstantSource.system()));
        }

        @Test
        void tells_why_scheduled_backups_fail_until_one_by_hand_succeeds_and_answers_what_was_wanted()
                throws Exception {
            remembered("backup-trouble.json", """
                    {"failures": 3, "first": "2026-01-15T02:00:00Z", "last": "2026-01-15T02:07:00Z", "code": "x.y",
                     "reason": "the lamp is out", "hint": "light it", "notBefore": "2026-01-15T02:11:00Z"}
                    """);
            remembered("backup-wanted-1-slot_lost.json", """
                    {"reason": "SLOT_LOST", "since": "2026-01-15T02:00:00Z"}
                    """);
            var before = commands().run("status", "-o", "json");
            assertThat(concerns(before))
                    .contains("3 backups in a row failed, the last at 2026-01-15T02:07:00Z: the lamp is out; light it");
            assertThat(json(before.out()).at("/scheduled/failed/nextAttempt").asString())
                    .isEqualTo("2026-01-15T02:11:00Z");

            var taken = commands().run("backup");

            assertThat(taken.exitCode()).isZero();
            assertThat(folder.resolve("state")).isEmptyDirectory();
            assertThat(concerns(commands().run("status", "-o", "json"))).noneMatch(concern -> concern.contains("lamp"));
        }
    }
}
