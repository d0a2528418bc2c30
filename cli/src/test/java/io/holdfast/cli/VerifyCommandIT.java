package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureSettings;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code verify} on the repository of a real server, with real damage. */
class VerifyCommandIT {

    /** Of a server and a repository with two backups, of which each test damages a copy. */
    @TempDir(factory = ServerFolder.class)
    private static Path shared;

    private static EmbeddedPostgres server;
    private static String first;
    private static String second;

    @TempDir(factory = ServerFolder.class)
    private Path servers;

    @TempDir
    private Path folder;

    private CommandRun commands;

    @BeforeAll
    static void back_up_twice() throws IOException {
        server = NewCluster.initialise(PostgresBinaries.version18(), shared.resolve("data"), InitOptions.forTests())
                .start(Map.of("fsync", "off"));
        var made = commands(Files.createDirectory(shared.resolve("made")));
        assertThat(made.run("init", "--name", "shop", "--generate-key").exitCode())
                .isZero();
        first = backUp(made);
        second = backUp(made);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void copy() throws IOException {
        var made = shared.resolve("made");
        try (var files = Files.walk(made)) {
            for (var file : files.skip(1).toList()) {
                Files.copy(file, folder.resolve(made.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        commands = commands(folder);
    }

    private static CommandRun commands(Path folder) {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    private static String backUp(CommandRun commands) {
        var ended = commands.run("backup", "--type", "full", "-o", "json");
        assertThat(ended.exitCode()).isZero();
        return json(ended.out()).at("/backup/id").asString();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }

    /** The largest object in a folder of the repository whose name begins so. */
    private Path object(String folderName, String prefix) throws IOException {
        try (var files = Files.walk(folder.resolve("r").resolve(folderName))) {
            return files.filter(file -> Files.isRegularFile(file)
                            && file.getFileName().toString().startsWith(prefix))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    /** Of the WAL of a backup: its end is read by whoever asks how far it goes. */
    private Path lastPiece(String backup) throws IOException {
        try (var files = Files.walk(folder.resolve("r/backup/" + backup + "/00000001/wal"))) {
            return files.filter(Files::isRegularFile)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private static void flip(Path file) throws IOException {
        flip(file, (int) Files.size(file) / 2);
    }

    /** The footer, which is what is looked at first. */
    private static void flipLast(Path file) throws IOException {
        flip(file, (int) Files.size(file) - 1);
    }

    private static void flip(Path file, int at) throws IOException {
        var time = Files.getLastModifiedTime(file);
        var bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        file.toFile().setWritable(true);
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void a_sound_repository_is_read_once() {
        var begin = commands.run("verify", "-o", "json");
        assertThat(begin.exitCode()).isZero();
        var found = json(begin.out());
        assertThat(found.at("/read").asLong())
                .isPositive()
                .isEqualTo(found.at("/objects").asLong());

        var again = commands.run("verify", "--again", "0");

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("read now   3, ", "damaged    none");
        assertThat(json(commands.run("verify", "--all", "-o", "json").out())
                        .at("/read")
                        .asLong())
                .isEqualTo(found.at("/objects").asLong());
        assertThat(commands.run("verify", "--again", "101").exitCode()).isEqualTo(2);
    }

    @Test
    void a_damaged_pack_costs_the_backup_that_needs_it_and_no_other() throws IOException {
        flip(object("backup/" + first, "data-"));

        var ended = commands.run("verify", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(6);
        var found = json(ended.out());
        assertThat(found.at("/damaged").size()).isEqualTo(1);
        assertThat(found.at("/lostBackups").size()).isEqualTo(1);
        assertThat(found.at("/lostBackups/0/id").asString()).isEqualTo(first);
        assertThat(found.at("/lostWal").size()).isZero();
        assertThat(found.at("/windows").size()).isEqualTo(1);
        assertThat(found.at("/windows/0/backup").asString()).isEqualTo(second);
        assertThat(commands.run("verify").out()).contains("backup " + first, "1 of its frames do not authenticate");
    }

    @Test
    void wal_that_somebody_removed_costs_the_backup_that_needs_it() throws IOException {
        assertThat(commands.run("verify").exitCode()).isZero();
        Files.delete(object("backup/" + second, "0000"));

        var ended = commands.run("verify", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(6);
        var found = json(ended.out());
        assertThat(found.at("/damaged").size()).isZero();
        assertThat(found.at("/lostBackups").size()).isEqualTo(1);
        assertThat(found.at("/lostBackups/0/id").asString()).isEqualTo(second);
        assertThat(commands.run("verify").out()).contains("backup " + second).contains("is not complete");
        assertThat(commands.run("info").out()).contains("backup " + second + " cannot be used: WAL from ");
    }

    @Test
    void a_backup_upon_a_damaged_parent_says_so_and_is_whole_itself() throws IOException {
        flip(object("backup/" + second, "map-"));

        var backup = commands.run("backup", "-o", "json");

        assertThat(backup.exitCode()).isEqualTo(6);
        var taken = json(backup.out()).at("/backup/id").asString();
        assertThat(taken).endsWith("I");
        assertThat(commands.run("info").out()).contains(taken + ": ").contains("damaged");
        var found = json(commands.run("verify", "-o", "json").out());
        assertThat(found.at("/lostBackups").size()).isEqualTo(1);
        assertThat(found.at("/lostBackups/0/id").asString()).isEqualTo(second);
    }

    /** A folder that the user of the server can reach; not much is looked at: that is tested where it is done. */
    private CommandRun.Ended prove(String... more) {
        var words = new ArrayList<>(List.of("verify", "latest", "--into", servers.toString()));
        words.addAll(List.of(more));
        return commands.run(words.toArray(String[]::new));
    }

    private CommandRun programs() {
        return commands.variable(
                "HOLDFAST_POSTGRES_BIN_DIRECTORY",
                server.binaries().folder().resolve("bin").toString());
    }

    /** Whether the newest proof is as young as a plan demands. */
    private String proofAge(String demanded) throws IOException {
        Files.writeString(folder.resolve("plan.yaml"), """
                plan: {name: x, overview: y, version: "1", updated: 2026-11-26, next-review: 2027-02-26, owner: z}
                objectives:
                  rto: {target: 4h, description: a}
                  rpo: {target: 1h, description: b}
                  mttr: {target: 2h, description: c}
                procedures: {}
                backups: {%s}
                """.formatted(demanded));
        var checked = commands.run("plan", "check", "plan.yaml", "--live", "-o", "json");
        return json(checked.out())
                .valueStream()
                .filter(finding -> finding.path("code").asString().equals("live.proof-age"))
                .map(finding -> "%s: %s"
                        .formatted(
                                finding.path("severity").asString(),
                                finding.path("message").asString()))
                .findFirst()
                .orElse(checked.out() + checked.err());
    }

    @Test
    void a_backup_is_proven_and_that_is_shown() throws IOException {
        programs();
        assertThat(commands.run("info").out()).doesNotContain("restorable");

        var dry = prove("--dry-run");
        var ended = prove("--latest", "--query", "SELECT 40 + 2", "--expect", "42", "--in", "template1", "-o", "json");

        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("backup       " + second, "reachable with backup " + second);
        assertThat(ended.exitCode()).as(ended.err() + ended.out()).isZero();
        var found = json(ended.out());
        assertThat(found.at("/verdict").asString()).isEqualTo("good");
        assertThat(found.at("/backup").asString()).isEqualTo(second);
        assertThat(found.at("/proof").asString()).startsWith("proof/" + second + "/");
        assertThat(commands.run("info").out())
                .containsPattern("%s: proven restorable .*, in .* s, to %s"
                        .formatted(second, found.at("/recoveredTo").asString()));
        assertThat(commands.run("status").out())
                .containsPattern("last proof +%s: proven restorable ".formatted(second));
        assertThat(commands.run("verify", "--all").exitCode()).isZero();
        assertThat(proofAge("")).startsWith("PASSED: the newest proof: ").endsWith("allowed are 31 days");
        assertThat(proofAge("proven-every: 1ms")).startsWith("ERROR: the newest proof: ");
    }

    /** Backups without a capture: nothing leads from one to the next, and nobody asked for that. */
    @Test
    void a_backup_is_good_to_its_end_whatever_is_missing_behind_it() {
        programs();

        var toEnd = commands.run(
                "verify", first, "--into", servers.toString(), "--without", "indexes,tables,pages", "-o", "json");
        var beyond = commands.run(
                "verify", first, "--into", servers.toString(), "--without", "indexes,tables,pages", "--latest");

        assertThat(toEnd.exitCode()).as(toEnd.out()).isZero();
        assertThat(json(toEnd.out()).at("/verdict").asString()).isEqualTo("good");
        assertThat(beyond.exitCode()).isEqualTo(6);
        assertThat(beyond.out()).contains("WRONG: WAL is missing between ");
    }

    @Test
    void the_newest_backup_is_not_passed_over_without_a_word_when_its_manifest_is_damaged() throws IOException {
        programs();
        flip(folder.resolve("r/manifest").resolve(second));

        var dry = prove("--dry-run");
        var ended = prove("--without", "indexes,tables,pages");

        for (var said : List.of(dry, ended)) {
            assertThat(said.exitCode()).isEqualTo(6);
            assertThat(said.out()).contains("backup       " + first);
            assertThat(said.err()).contains("ERROR: backup " + second + " is newer and cannot be restored: ", "HINT: ");
        }
        assertThat(ended.out()).contains("verdict      good");
        assertThat(commands.run("verify", first, "--into", servers.toString(), "--without", "indexes,tables,pages")
                        .exitCode())
                .isZero();
    }

    @Test
    void what_all_backups_need_is_looked_at_in_every_run() throws IOException {
        assertThat(commands.run("verify").exitCode()).isZero();
        var generation = folder.resolve("r/generation/00000001");
        flip(generation);

        var damaged = commands.run("verify", "--again", "0", "-o", "json");
        Files.delete(generation);
        var missing = commands.run("verify", "--again", "0", "-o", "json");

        assertThat(damaged.exitCode()).isEqualTo(6);
        assertThat(json(damaged.out()).at("/damaged/0/object").asString()).isEqualTo("generation/00000001");
        for (var said : List.of(damaged, missing)) {
            assertThat(said.exitCode()).isEqualTo(6);
            assertThat(json(said.out()).at("/lostBackups").size()).isEqualTo(2);
            assertThat(json(said.out()).at("/lostBackups/0/reason").asString())
                    .isEqualTo("'generation/00000001', which says what cluster it is of, is missing or damaged");
        }
        assertThat(commands.run("info").out())
                .contains("backup %s cannot be used: 'generation/00000001'".formatted(first));
    }

    @Test
    void what_was_sound_and_turns_out_damaged_while_something_else_is_looked_at_is_no_remark_only() throws IOException {
        assertThat(commands.run("verify").exitCode()).isZero();
        var piece = lastPiece(second);
        var name = folder.resolve("r").relativize(piece).toString();
        flipLast(piece);

        var ended = commands.run("verify", "--again", "0", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(6);
        assertThat(json(ended.out()).at("/damaged/0/object").asString()).isEqualTo(name);
    }

    @Test
    void a_wrong_answer_is_bad_and_so_is_shown() {
        programs();

        var ended = prove("--without", "indexes,tables,pages", "--query", "SELECT 1", "--expect", "2");

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(6);
        assertThat(ended.out())
                .contains("verdict      bad", "WRONG: query 'SELECT 1' in database postgres gave '1', not '2'")
                .containsPattern("pages +not asked");
        assertThat(commands.run("info").out()).contains(second + ": PROVEN BAD ");
        assertThat(commands.run("status").out()).contains("CONCERN: backup " + second + " was proven bad at ");
    }

    @Test
    void without_programs_the_verdict_is_undetermined_and_never_green() throws IOException {
        commands.variable("HOLDFAST_POSTGRES_BIN_DIRECTORY", folder.toString());

        var ended = prove();

        assertThat(ended.exitCode()).isEqualTo(8);
        assertThat(ended.out())
                .contains("verdict      undetermined", "does not hold the programs")
                .doesNotContain("good");
        assertThat(commands.run("info").out())
                .contains(second + ": verification of ", " is undetermined: ")
                .doesNotContain("restorable");
        try (var left = Files.list(servers)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith("holdfast-verify")))
                    .isEmpty();
        }
    }

    /** By a signal while the server answers a question; its processes are children of nobody. */
    @Test
    void one_that_somebody_ends_leaves_a_proof_and_nothing_else() throws Exception {
        programs();
        var command = commands.start(
                "verify",
                second,
                "--into",
                servers.toString(),
                "--without",
                "indexes,tables,pages",
                "--query",
                "SELECT pg_sleep(600)");
        await().atMost(Duration.ofMinutes(2)).until(() -> isAsking() || !command.isAlive());

        new ProcessBuilder("kill", "-TERM", Long.toString(command.pid()))
                .start()
                .waitFor();

        assertThat(command.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(command.exitValue())
                .as(Files.readString(folder.resolve("err")))
                .isEqualTo(143);
        assertThat(sandboxes()).isEmpty();
        assertThat(ProcessHandle.allProcesses().filter(this::isInSandbox)).isEmpty();
        assertThat(commands.run("info").out())
                .contains(second + ": verification of ", " is undetermined: ")
                .contains("it was interrupted");
        assertThat(commands.run("hold", "list", "-o", "json").out()).doesNotContain("a restore reads it");
    }

    private boolean isAsking() throws IOException {
        for (var sandbox : sandboxes()) {
            var settings = ConnectionSettings.of(
                    new ServerAddress.UnixSocket(sandbox.resolve("socket"), 5432), "postgres", "postgres");
            try (var session = SqlSession.open(settings)) {
                return session.one(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep') AS asking",
                        row -> row.flag("asking"));
            } catch (ServerException _) {
                return false;
            }
        }
        return false;
    }

    private List<Path> sandboxes() throws IOException {
        try (var found = Files.list(servers)) {
            return found.filter(file -> file.getFileName().toString().startsWith("holdfast-verify"))
                    .toList();
        }
    }

    private boolean isInSandbox(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .toString()
                    .startsWith(servers.resolve("holdfast-verify").toString());
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void options_of_the_two_kinds_are_not_mixed() {
        assertThat(commands.run("verify", "--keep").exitCode()).isEqualTo(2);
        assertThat(commands.run("verify", "latest", "--all").err())
                .contains("--all does not belong to this kind of verification");
        assertThat(commands.run("verify", "newest").exitCode()).isEqualTo(2);
    }

    @Test
    void locks_are_not_said_to_be_in_order_where_there_are_none() {
        var ended = commands.run("verify", "--locks");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("locks      no backup is locked");
    }

    @Test
    void damaged_wal_costs_what_needs_it() throws IOException {
        flip(object("backup/" + second, "0000"));

        var ended = commands.run("verify", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(6);
        var found = json(ended.out());
        assertThat(found.at("/lostBackups").size()).isEqualTo(1);
        assertThat(found.at("/lostBackups/0/id").asString()).isEqualTo(second);
        assertThat(found.at("/lostWal").size()).isEqualTo(1);
        assertThat(found.at("/windows").size()).isEqualTo(1);
        assertThat(found.at("/windows/0/backup").asString()).isEqualTo(first);
    }

    /** Three pieces behind the backups, and what is still to come. */
    private void capture() throws InterruptedException {
        var address = ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", server.port()), "postgres", "postgres");
        try (var repository = Repository.open(
                        FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("r"), InstantSource.system()),
                        KeyFileKey.read(folder.resolve("key")));
                var capture = Capture.start(
                        repository,
                        CaptureSettings.of(address, new MemberName("db1"), folder.resolve("state"))
                                .withUpload(Duration.ofMillis(100), 256 * 1024),
                        new Capture.Machine(
                                new LocalDisk(), InstantSource.system(), Thread::sleep, new SecureRandom(), "host"));
                var session = SqlSession.open(address)) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> capture.status().state() instanceof CaptureState.Streaming);
            for (int piece = 0; piece < 3; piece++) {
                session.execute("SELECT pg_logical_emit_message(false, 'piece', 'x', true)");
                capture.flush(Duration.ofMinutes(1));
            }
        }
    }

    @Test
    void wal_that_somebody_removed_behind_every_backup_is_lost_and_so_is_said() throws Exception {
        capture();
        assertThat(commands.run("verify").exitCode()).isZero();
        List<Path> pieces;
        try (var files = Files.walk(folder.resolve("r/claim/db1/00000001/00000001/wal"))) {
            pieces = files.filter(Files::isRegularFile).sorted().toList();
        }
        assertThat(pieces).hasSizeGreaterThanOrEqualTo(3);
        var removed = pieces.get(pieces.size() - 2);
        Files.delete(removed);

        var ended = commands.run("verify", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(6);
        var found = json(ended.out());
        assertThat(found.at("/damaged").size()).isZero();
        assertThat(found.at("/lostBackups").size()).isZero();
        assertThat(found.at("/lostWal").size()).isEqualTo(1);
        assertThat(removed.getFileName().toString())
                .startsWith("%016X"
                        .formatted(Lsn.parse(found.at("/lostWal/0/fromLsn").asString())
                                .offset()));
        assertThat(commands.run("verify").out())
                .contains("no other object holds it: no recovery passes it")
                .doesNotContain("damaged    none");
    }
}
