package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code copy} of the repository of a real server; each copy is proven by what restores it. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class CopyCommandIT {

    @TempDir(factory = ServerFolder.class)
    static Path servers;

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;
    private static CommandRun commands;
    private static String full;
    private static String incremental;

    @BeforeAll
    static void back_up_twice() {
        server = EmbeddedPostgres.initialise(
                        PostgresBinaries.version18(), servers.resolve("data"), InitOptions.forTests())
                .start(Map.of("summarize_wal", "on", "fsync", "off"));
        commands = new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1")
                .variable(
                        "HOLDFAST_POSTGRES_BIN_DIRECTORY",
                        PostgresBinaries.version18().folder().resolve("bin").toString());
        assertThat(commands.run("init", "--name", "shop", "--generate-key").exitCode())
                .isZero();
        full = backUp("full");
        incremental = backUp("incr");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String backUp(String type) {
        var ended = commands.run("backup", "--type", type, "-o", "json");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return json(ended.out()).at("/backup/id").asString();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }

    @Test
    void a_dry_run_says_what_would_be_copied_and_makes_nothing() {
        var ended = commands.run("copy", "latest", "--to", "dry", "--dry-run", "-o", "json");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(json(ended.out()).at("/backups/0").asString()).isEqualTo(incremental);
        assertThat(json(ended.out()).at("/bytes").asLong()).isPositive();
        assertThat(folder.resolve("dry")).doesNotExist();
    }

    @Test
    void an_incremental_is_copied_alone_proven_there_and_not_copied_twice() {
        var made = commands.run("copy", "latest", "--to", "alone", "-o", "json");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(json(made.out()).at("/backups/0/id").asString()).isEqualTo(incremental);
        assertThat(json(made.out()).at("/backups/0/wasThere").asBoolean()).isFalse();
        var info =
                json(commands.run("info", "--repository", "alone", "-o", "json").out());
        assertThat(info.at("/backups").size()).isEqualTo(1);
        assertThat(info.at("/backups/0/id").asString()).isEqualTo(incremental);
        var proof = commands.run("verify", "latest", "--repository", "alone", "--into", servers.toString());
        assertThat(proof.exitCode()).as(proof.out() + proof.err()).isZero();
        assertThat(commands.run("verify", "--all", "--repository", "alone").exitCode())
                .isZero();

        var again = commands.run("copy", incremental, "--to", "alone", "-o", "json");

        assertThat(json(again.out()).at("/backups/0/wasThere").asBoolean()).isTrue();
        assertThat(json(again.out()).at("/backups/0/objects").asLong()).isZero();
    }

    @Test
    void everything_is_copied_to_a_place_that_a_file_names() throws IOException {
        Files.writeString(folder.resolve("there.yaml"), "repository:\n  path: everything\n");

        var made = commands.run("copy", "--all", "--to-config", "there.yaml");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains(full, incremental, "where each of these backups can be restored");
        assertThat(made.out()).doesNotContain("left out");
        var info = json(
                commands.run("info", "--repository", "everything", "-o", "json").out());
        assertThat(info.at("/backups").size()).isGreaterThanOrEqualTo(2);
        assertThat(json(commands.run("copy", "--all", "--to", "everything", "--dry-run", "-o", "json")
                                .out())
                        .at("/objects")
                        .asLong())
                .isZero();
    }

    private static List<String> copied(String place) {
        var names = folder.resolve(place).resolve("manifest").toFile().list();
        return names == null ? List.of() : Stream.of(names).sorted().toList();
    }

    @Test
    void it_goes_on_with_what_is_new_until_it_is_stopped() throws Exception {
        var following =
                Thread.ofPlatform().start(() -> commands.run("copy", "--all", "--to", "followed", "--every", "1s"));
        try {
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> copied("followed").containsAll(List.of(full, incremental)));

            var third = backUp("incr");

            await().atMost(Duration.ofMinutes(5)).until(() -> copied("followed").contains(third));
        } finally {
            following.interrupt();
            following.join();
        }
        assertThat(commands.run("verify", "--all", "--repository", "followed").exitCode())
                .isZero();
    }

    @Test
    void one_that_is_damaged_is_left_out_and_told_and_keeps_no_other_from_being_copied() throws IOException {
        var damaged = folder.resolve("r/backup/" + full + "/data-00000001");
        var sound = Files.readAllBytes(damaged);
        var only = commands.run("copy", "--all", "--to", "whole", "--dry-run");
        assertThat(only.exitCode()).isZero();
        var lone = backUp("full");
        try {
            var bytes = sound.clone();
            bytes[bytes.length / 2] ^= 1;
            damaged.toFile().setWritable(true);
            Files.write(damaged, bytes);

            var ended = commands.run("copy", "--all", "--to", "whole");

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
            assertThat(ended.err()).contains("WARNING: backup " + full + " is left out", "HINT: ");
            assertThat(ended.out()).contains("that is not left out");
            assertThat(copied("whole")).contains(lone).doesNotContain(full);
        } finally {
            Files.write(damaged, sound);
        }
    }

    @Test
    void what_makes_no_sense_is_refused_and_makes_nothing() {
        assertThat(commands.run("copy", "latest").exitCode()).isEqualTo(2);
        assertThat(commands.run("copy", "--to", "x").exitCode()).isEqualTo(2);
        assertThat(commands.run("copy", "latest", "--all", "--to", "x").exitCode())
                .isEqualTo(2);
        assertThat(commands.run("copy", "latest", "--every", "1m", "--to", "x").exitCode())
                .isEqualTo(2);
        assertThat(commands.run("copy", "yesterday", "--to", "x").exitCode()).isEqualTo(2);
        var unknown = commands.run("copy", "20200101-000000F", "--to", "x");
        assertThat(unknown.exitCode()).isEqualTo(3);
        assertThat(unknown.err()).contains("there is no backup 20200101-000000F to copy");
        assertThat(folder.resolve("x")).doesNotExist();
        assertThat(commands.run("copy", "latest", "--to", "r").err()).contains("is the repository itself");
    }

    @Test
    void another_repository_is_not_touched() {
        assertThat(commands.run("init", "--name", "other", "--repository", "o", "--key-file", "key")
                        .exitCode())
                .isZero();

        var refused = commands.run("copy", "latest", "--to", "o");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("there is another repository in");
    }
}
