package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.KmsServer;
import io.holdfast.testkit.programs.NeedsKmsServer;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A repository that a key of AWS KMS opens, by the command line. */
@NeedsKmsServer
class KmsCommandsIT {

    private static final String REGION = "eu-central-1";

    @TempDir(factory = ServerFolder.class)
    private static Path servers;

    @TempDir
    private Path folder;

    private final KmsServer server = KmsServer.get();
    private final String arn = server.makeKey(REGION);

    @AfterEach
    void serve_again() {
        server.serve();
    }

    private CommandRun commands() {
        return commands(folder).variable("HOLDFAST_REPOSITORY_KMS_KEY", arn);
    }

    private CommandRun commands(Path folder) {
        return new CommandRun(folder)
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1")
                .variable("HOLDFAST_KMS_ENDPOINT", server.endpoint().toString());
    }

    private CommandRun withoutKms() {
        return commands().variable("HOLDFAST_KMS_ENDPOINT", "http://127.0.0.1:1");
    }

    private static CommandRun.Ended done(CommandRun.Ended ended) {
        assertThat(ended.exitCode()).describedAs(ended.err() + ended.out()).isZero();
        return ended;
    }

    private static void refused(CommandRun.Ended ended, int exitCode, String... words) {
        assertThat(ended.exitCode()).describedAs(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines().filter(line -> line.startsWith("ERROR: ")))
                .hasSize(1);
        assertThat(ended.err().lines().filter(line -> line.startsWith("HINT: ")))
                .hasSize(1);
        assertThat(ended.err()).contains(words);
    }

    private JsonNode keys(CommandRun commands) {
        return JsonMapper.shared()
                .readTree(done(commands.run("key", "list", "-o", "json")).out())
                .path("keys");
    }

    private Stream<Path> wraps() throws IOException {
        try (var files = Files.walk(folder.resolve("r/key"))) {
            return files.filter(Files::isRegularFile).toList().stream();
        }
    }

    @Test
    void a_cluster_is_backed_up_and_restored_and_check_says_that_the_key_lives_in_one_region_only() throws IOException {
        try (var postgres =
                NewCluster.initialise(PostgresBinaries.version18(), servers.resolve("data"), InitOptions.forTests())) {
            postgres.start(Map.of("fsync", "off"));
            Files.createDirectory(servers.resolve("state"));
            var commands = commands(servers)
                    .variable("HOLDFAST_REPOSITORY_KMS_KEY", arn)
                    .variable("AWS_REGION", REGION)
                    .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                    .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(postgres.port()))
                    .variable("HOLDFAST_POSTGRES_USER", "postgres");
            done(commands.run("init", "--name", "shop"));
            done(commands.run("backup"));
            done(commands.run("restore", "--into", servers.resolve("restored").toString(), "--immediate"));

            var check = commands.run("check");

            assertThat(servers.resolve("restored/PG_VERSION")).hasContent("18");
            assertThat(check.out())
                    .contains("all that opens the repository is a KMS key in " + REGION
                            + ", which lives in no other region; this host is there, too (warning)");
            server.disable(arn);
            refused(commands.run("info"), 5, "is disabled.");
            server.enable(arn);
        }
    }

    @Test
    void the_list_of_keys_says_which_key_of_kms_it_is() {
        var made = done(commands().run("init", "--name", "shop", "-o", "json"));
        done(commands().run("key", "add", "--new-key-file", "file", "--generate-key"));

        assertThat(JsonMapper.shared().readTree(made.out()).path("kmsKey").asString())
                .isEqualTo(arn);
        assertThat(made.err()).contains("see that nobody deletes the KMS key " + arn, "'holdfast key export'");
        var keys = keys(commands());
        assertThat(keys.get(0).path("kind").asString()).isEqualTo("aws-kms");
        assertThat(keys.get(0).path("kmsKey").asString()).isEqualTo(arn);
        assertThat(keys.get(1).path("kind").asString()).isEqualTo("key-file");
        assertThat(keys.get(1).path("kmsKey").isNull()
                        || keys.get(1).path("kmsKey").isMissingNode())
                .isTrue();
        assertThat(done(commands().run("key", "list")).out()).contains("KMS KEY", "aws-kms", "in use", arn);
    }

    @Test
    void a_key_file_that_was_added_opens_it_without_kms() {
        done(commands().run("init", "--name", "shop"));
        done(commands().run("key", "add", "--new-key-file", "file", "--generate-key"));

        done(commands(folder)
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "file")
                .variable("HOLDFAST_KMS_ENDPOINT", "http://127.0.0.1:1")
                .run("info"));
        done(withoutKms().run("info", "--key-file", "file"));
        refused(
                withoutKms().variable("HOLDFAST_REPOSITORY_KEY_FILE", "file").run("info"),
                2,
                "more than one key for the repository is configured");
    }

    @Test
    void it_is_rotated_to_a_key_file_and_back_and_to_another_key_of_kms() {
        var other = server.makeKey("us-west-2");
        done(commands().run("init", "--name", "shop"));

        done(commands().run("key", "rotate", "--new-key-file", "file", "--generate-key"));
        assertThat(done(commands().run("info")).err()).contains("was retired at");
        done(withoutKms().run("key", "check", "--key-file", "file"));
        done(commands().run("key", "rotate", "--key-file", "file", "--new-kms-key", arn));
        assertThat(done(commands().run("info")).err()).doesNotContain("WARNING");
        done(commands().run("key", "rotate", "--new-kms-key", other, "--remove-old-wraps"));
        done(commands().run("key", "check", "--kms-key", other));
        refused(commands().run("info", "--kms-key", server.makeKey(REGION)), 5, "wrong aws-kms for", other);
    }

    @Test
    void it_is_replaced_by_itself_after_whoever_misused_it_was_shut_out() {
        done(commands().run("init", "--name", "shop"));

        var replaced = done(commands().run("key", "replace", "--new-kms-key", arn));

        assertThat(replaced.out()).contains("replaced").contains("2");
        assertThat(keys(commands()).get(0).path("epochs").toString()).isEqualTo("[1,2]");
    }

    @Test
    void a_recovery_sheet_opens_it_and_brings_another_key_when_kms_does_not_answer() throws IOException {
        done(commands().run("init", "--name", "shop"));
        done(commands().run("key", "export", "--sheet", "sheet.txt"));

        refused(
                withoutKms().run("info"),
                7,
                "cannot open a secret with the KMS key " + arn + ": no answer from http://127.0.0.1:1",
                "--recovery-sheet FILE");
        done(withoutKms().run("key", "check", "--recovery-sheet", "sheet.txt"));
        done(withoutKms()
                .run("key", "import", "--recovery-sheet", "sheet.txt", "--key-file", "file", "--generate-key"));
        done(withoutKms().run("info", "--key-file", "file"));
        assertThat(wraps()).hasSize(3);
    }

    @Test
    void what_is_wrong_with_the_key_is_said_and_nothing_is_made_in_its_place() throws IOException {
        refused(
                commands().run("init", "--name", "shop", "--kms-key", "not a key"),
                2,
                "a key of AWS KMS: the ARN of a key or an alias, alias/NAME, or the id of a key");
        refused(commands().run("init", "--name", "shop", "--kms-key", "alias/none"), 5, "NotFoundException");
        assertThat(folder.resolve("r/repository")).doesNotExist();
        done(commands().run("init", "--name", "shop"));
        refused(commands().run("key", "add", "--new-kms-key", "?"), 2, "not a key of AWS KMS: '?'");
        server.disable(arn);
        refused(commands().run("info"), 5, arn + " is disabled.", "aws kms enable-key");
        server.enable(arn);
        server.refuse("Decrypt", 400, "AccessDeniedException", "User is not authorized to perform: kms:Decrypt");
        refused(commands().run("info"), 8, "AccessDeniedException: User is not authorized", "docs/keys.md");
        server.serve();
        done(commands().run("info"));
        assertThat(wraps()).hasSize(1);
    }
}
