package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A repository that is in two folders, as its configuration file says, of a real server. */
class MirrorCommandsIT {

    @TempDir(factory = ServerFolder.class)
    static Path servers;

    @TempDir
    Path folder;

    private static EmbeddedPostgres server;
    private CommandRun commands;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.initialise(
                        PostgresBinaries.version18(), servers.resolve("data"), InitOptions.forTests())
                .start(Map.of("summarize_wal", "on", "fsync", "off"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void configure() throws IOException {
        configure("primary");
        assertThat(run("init", "--name", "shop", "--generate-key").exitCode()).isZero();
    }

    private void configure(String policy) throws IOException {
        Files.writeString(folder.resolve("holdfast.yaml"), """
                repository:
                  path: first
                  mirrors: second
                  stored-when: %s
                  key-file: key
                state-directory: state
                member: db1
                postgres:
                  host: 127.0.0.1
                  port: %d
                  user: postgres
                  bin-directory: %s
                """.formatted(
                policy, server.port(), PostgresBinaries.version18().folder().resolve("bin")));
        commands = new CommandRun(folder).always("--config", "holdfast.yaml");
    }

    private CommandRun.Ended run(String... arguments) {
        return commands.run(arguments);
    }

    @Test
    void a_recovery_sheet_names_every_place() throws IOException {
        var ended = run("key", "export", "--sheet", "sheet.txt");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(Files.readString(folder.resolve("sheet.txt")))
                .contains("location     %s%nand in       %s%nkey "
                        .formatted(folder.resolve("first"), folder.resolve("second")));
    }

    private List<Path> pieces(String place) throws IOException {
        var wal = folder.resolve(place).resolve("claim/db1/00000001/00000001/wal");
        if (!Files.exists(wal)) {
            return List.of();
        }
        try (var files = Files.walk(wal)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** A place that was away may lack what the other has, until it is brought. */
    @Test
    void wal_is_lost_when_no_place_has_it() throws Exception {
        configure("all");
        var protect = commands.start("protect");
        try (var session = SqlSession.open(
                ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", server.port()), "postgres", "postgres"))) {
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> run("status").out().contains("streaming")
                            && !pieces("second").isEmpty()
                            // Without a backup before it no WAL is of use.
                            && json(run("info", "-o", "json").out())
                                            .at("/backups")
                                            .size()
                                    == 1);
            // One may end where the backup's last segment does, and a keeper may leave off there.
            for (int piece = pieces("second").size(), last = piece + 4; piece < last; piece++) {
                int before = piece;
                session.execute("SELECT pg_logical_emit_message(false, 'piece', 'x', true)");
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> pieces("second").size() > before);
            }
        } finally {
            protect.destroy();
            protect.waitFor();
        }
        assertThat(run("verify").exitCode()).isZero();
        int middle = pieces("second").size() - 2;
        Files.delete(pieces("second").get(middle));

        var inOne = run("verify");
        Files.delete(pieces("first").get(middle));
        var inBoth = run("verify");

        assertThat(inOne.exitCode()).as(inOne.out()).isZero();
        assertThat(inBoth.exitCode()).as(inBoth.out()).isEqualTo(6);
        assertThat(inBoth.out()).contains("no other object holds it: no recovery passes it");
    }

    private String backUp() {
        var ended = run("backup", "-o", "json");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return json(ended.out()).at("/backup/id").asString();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }

    private void move(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to));
    }

    @Test
    void a_backup_is_in_both_places_and_is_proven_without_the_first() throws IOException {
        var backup = backUp();
        var list = run("mirror", "list", "-o", "json");
        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(json(list.out()).at("/0/result/newest").asString()).isEqualTo(backup);
        assertThat(json(list.out()).at("/1/result/newest").asString()).isEqualTo(backup);
        assertThat(run("mirror", "list").out())
                .contains("answers", folder.resolve("second").toString());
        move("first", "gone");

        var info = run("info", "-o", "json");
        assertThat(info.exitCode()).isZero();
        assertThat(json(info.out()).at("/backups/0/id").asString()).isEqualTo(backup);
        assertThat(info.err()).containsOnlyOnce("does not do its part");
        var proof = run("verify", "latest", "--into", servers.toString());
        assertThat(proof.exitCode()).as(proof.out() + proof.err()).isZero();
        var restored =
                run("restore", "--latest", "--into", servers.resolve("restored").toString());
        assertThat(restored.exitCode()).as(restored.err()).isZero();
        var refused = run("backup");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("ERROR", folder.resolve("first").toString());
        var away = run("mirror", "list");
        assertThat(away.exitCode()).isEqualTo(7);
        assertThat(away.out()).contains("away: ");
    }

    @Test
    void a_place_that_was_away_is_healed() throws IOException {
        move("second", "gone");
        var missed = backUp();
        assertThat(run("mirror", "heal").exitCode()).isEqualTo(7);
        move("gone", "second");

        var healed = run("mirror", "heal", "-o", "json");

        assertThat(healed.exitCode()).as(healed.err()).isZero();
        assertThat(json(healed.out()).at("/whole").asBoolean()).isTrue();
        assertThat(json(healed.out()).at("/healed/0/backups/0").asString()).isEqualTo(missed);
        assertThat(run("info", "--repository", "second").out()).contains(missed);
        assertThat(run("mirror", "heal").out()).contains("every place has what any of them has");
    }

    @Test
    void another_place_leads_where_the_policy_allows_it() throws IOException {
        var before = backUp();
        configure("any 1");
        move("first", "gone");

        var backup = backUp();

        move("gone", "first");
        assertThat(run("info", "--repository", "first").out()).contains(before).doesNotContain(backup);
        assertThat(run("info").out()).contains(before, backup);
        assertThat(run("mirror", "heal").exitCode()).isZero();
        assertThat(run("info", "--repository", "first").out()).contains(before, backup);
    }

    @Test
    void a_folder_that_is_not_mounted_is_not_written_to() throws IOException {
        move("second", "gone");
        Files.createDirectory(folder.resolve("second"));

        var ended = run("backup");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).contains("which is named as one of its places", "holdfast mirror init");
        assertThat(folder.resolve("second")).isEmptyDirectory();
        assertThat(run("expire").exitCode()).isEqualTo(7);
        assertThat(run("verify", "--all", "--repair").exitCode()).isEqualTo(7);
        assertThat(folder.resolve("second")).isEmptyDirectory();
        var healing = run("mirror", "heal");
        assertThat(healing.exitCode()).isEqualTo(7);
        assertThat(healing.err()).contains("does not answer", "HINT: ");
        var check = run("check");
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out()).contains("which is named as one of its places");
        assertThat(run("mirror", "init", "--dry-run").out()).contains("would be begun");
        assertThat(folder.resolve("second")).isEmptyDirectory();
        assertThat(run("mirror", "init").out()).contains("begun");
        assertThat(run("mirror", "heal").exitCode()).isZero();
        assertThat(run("mirror", "init").out()).contains("was there");
    }

    @Test
    void each_place_is_verified_and_what_is_damaged_in_one_repaired_from_the_other() throws IOException {
        backUp();
        Path pack;
        try (var files = Files.walk(folder.resolve("first").resolve("backup"))) {
            pack = files.filter(file -> file.getFileName().toString().startsWith("data-"))
                    .findFirst()
                    .orElseThrow();
        }
        var bytes = Files.readAllBytes(pack);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(pack);
        Files.write(pack, bytes);

        var found = run("verify", "--all", "-o", "json");

        assertThat(found.exitCode()).isEqualTo(6);
        assertThat(json(found.out()).at("/0/result/damaged").size()).isEqualTo(1);
        assertThat(json(found.out()).at("/1/result/damaged").size()).isZero();
        var proof = run("verify", "latest", "--into", servers.toString());
        assertThat(proof.exitCode()).as(proof.out() + proof.err()).isZero();

        var repaired = run("verify", "--all", "--repair");

        assertThat(repaired.err()).contains("was repaired from " + folder.resolve("second"));
        assertThat(run("verify", "--all").exitCode()).isZero();
    }

    @Test
    void what_is_held_and_what_expires_is_so_in_each() throws IOException {
        var backup = backUp();
        var held = run("hold", "add", backup, "--reason", "audit", "-o", "json");
        assertThat(held.exitCode()).as(held.err()).isZero();
        var number = json(held.out()).at("/number").asString();
        for (var place : new String[] {"first", "second"}) {
            assertThat(run("hold", "list", "--repository", place).out()).contains("audit");
        }
        var expired = run("expire", "--dry-run", "-o", "json");
        assertThat(expired.exitCode()).as(expired.err()).isZero();
        assertThat(json(expired.out()).size()).isEqualTo(2);
        assertThat(run("expire").out()).contains("in " + folder.resolve("first"), "in " + folder.resolve("second"));
        assertThat(run("hold", "release", number, "--reason", "over").exitCode())
                .isZero();
        assertThat(run("hold", "list", "--repository", "second").out()).doesNotContain("audit");
    }

    @Test
    void a_place_that_was_away_learns_what_is_held_and_what_is_not_any_more() throws IOException {
        var backup = backUp();
        move("second", "gone");
        var held = run("hold", "add", backup, "--reason", "lawsuit", "-o", "json");
        assertThat(held.exitCode()).as(held.err()).isZero();
        move("gone", "second");
        assertThat(run("hold", "list", "--repository", "second").out()).doesNotContain("lawsuit");

        var healed = run("mirror", "heal", "-o", "json");

        assertThat(healed.exitCode()).as(healed.err()).isZero();
        assertThat(json(healed.out()).at("/healed/0/holds").asInt()).isEqualTo(1);
        assertThat(run("hold", "list", "--repository", "second").out()).contains("lawsuit");
        var number = json(held.out()).at("/number").asString();
        move("second", "gone");
        assertThat(run("hold", "release", number, "--reason", "settled").exitCode())
                .isZero();
        move("gone", "second");
        assertThat(run("mirror", "heal").exitCode()).isZero();
        assertThat(run("hold", "list", "--repository", "second").out()).doesNotContain("lawsuit");
        assertThat(json(run("mirror", "heal", "-o", "json").out())
                        .at("/healed/0/holds")
                        .asInt())
                .isZero();
    }

    @Test
    void nothing_is_made_where_a_place_holds_something_already() throws IOException {
        var other = Files.createDirectory(folder.resolve("other"));
        move("second", "other/second");
        Files.writeString(
                folder.resolve("holdfast.yaml"),
                Files.readString(folder.resolve("holdfast.yaml"))
                        .replace("path: first", "path: third")
                        .replace("mirrors: second", "mirrors: " + other.resolve("second")));

        var refused = run("init", "--name", "shop");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(folder.resolve("third")).doesNotExist();
        try (var places = Stream.of("mirror list", "mirror heal", "mirror init")) {
            assertThat(places)
                    .allSatisfy(command -> assertThat(run((command + " --repository first").split(" "))
                                    .err())
                            .contains("the repository is in one place"));
        }
    }
}
