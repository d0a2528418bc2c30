package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code init}, {@code info} and {@code config}, which need no server. */
class RepositoryCommandsTest {

    @TempDir
    private Path folder;

    private CommandRun commands() {
        return new CommandRun(folder);
    }

    private void initialise() {
        var made = commands()
                .run("init", "--name", "shop", "--repository", "r", "--key-file", "shop.key", "--generate-key");
        assertThat(made.exitCode()).describedAs(made.err()).isZero();
    }

    private CommandRun.Ended info(String... more) {
        return commands().always(more).run("info", "--repository", "r");
    }

    @Test
    void a_lock_that_is_shorter_than_an_intent_lives_is_refused_before_anything_is_asked() {
        var ended = commands()
                .variable("HOLDFAST_S3_ENDPOINT", "http://127.0.0.1:1")
                .variable("HOLDFAST_S3_OBJECT_LOCK", "governance")
                .variable("HOLDFAST_S3_LOCK", "30d")
                .variable("HOLDFAST_S3_LOCK_PIECES", "23h")
                .run("info", "--repository", "s3://bucket/shop", "--key-file", "shop.key");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err().lines())
                .satisfiesExactly(
                        error -> assertThat(error).startsWith("ERROR: s3.lock-pieces is 1380 minutes, and "),
                        hint -> assertThat(hint).startsWith("HINT: give 24h or more: "));
    }

    @Nested
    class Initialising {

        @Test
        void makes_a_repository_and_a_private_key_and_says_to_keep_a_copy_of_it() throws IOException {
            var made = commands()
                    .run("init", "--name", "shop", "--repository", "r", "--key-file", "shop.key", "--generate-key");

            assertThat(made.exitCode()).isZero();
            assertThat(made.err()).startsWith("keep a copy of the key file '%s'".formatted(folder.resolve("shop.key")));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("shop.key"))))
                    .isEqualTo("rw-------");
            assertThat(info("--key-file", "shop.key").out()).startsWith("repository  shop (");
        }

        @Test
        void takes_a_passphrase_that_is_typed_twice() {
            var made = commands()
                    .typing("correct horse", "correct horse")
                    .run("init", "--name", "shop", "--repository", "r");

            assertThat(made.exitCode()).describedAs(made.err()).isZero();
            assertThat(commands()
                            .typing("correct horse")
                            .run("info", "--repository", "r")
                            .exitCode())
                    .isZero();
        }

        @Test
        void refuses_two_passphrases_that_differ() {
            var made = commands()
                    .typing("correct horse", "correct hose")
                    .run("init", "--name", "shop", "--repository", "r");

            assertThat(made.exitCode()).isEqualTo(2);
            assertThat(made.err().lines())
                    .containsExactly("ERROR: the two passphrases are not the same", "HINT: type it again");
            assertThat(folder.resolve("r")).doesNotExist();
        }

        @Test
        void never_touches_a_repository_that_exists_and_makes_no_key_for_it() {
            initialise();

            var again = commands()
                    .run("init", "--name", "shop", "--repository", "r", "--key-file", "new.key", "--generate-key");

            assertThat(again.exitCode()).isEqualTo(3);
            assertThat(again.err()).startsWith("ERROR: there is already a repository in " + folder.resolve("r"));
            assertThat(folder.resolve("new.key")).doesNotExist();
        }

        @Test
        void never_touches_a_key_file_that_exists() throws IOException {
            Files.writeString(folder.resolve("shop.key"), "precious");

            var made = commands()
                    .run("init", "--name", "shop", "--repository", "r", "--key-file", "shop.key", "--generate-key");

            assertThat(made.exitCode()).isEqualTo(5);
            assertThat(made.err()).contains("already exists", "HINT: a key is never overwritten");
            assertThat(folder.resolve("shop.key")).hasContent("precious");
            assertThat(folder.resolve("r")).doesNotExist();
        }

        @Test
        void refuses_a_bad_name_before_it_makes_anything() {
            var made = commands()
                    .run("init", "--name", "a shop", "--repository", "r", "--key-file", "k", "--generate-key");

            assertThat(made.exitCode()).isEqualTo(2);
            assertThat(made.err()).startsWith("ERROR: not a name for a repository: 'a shop'");
            assertThat(folder).isEmptyDirectory();
        }

        @Test
        void in_a_dry_run_makes_nothing() {
            var made = commands()
                    .run(
                            "init",
                            "--name",
                            "shop",
                            "--repository",
                            "r",
                            "--key-file",
                            "k",
                            "--generate-key",
                            "--dry-run");

            assertThat(made.exitCode()).isZero();
            assertThat(made.err()).contains("dry run");
            assertThat(folder).isEmptyDirectory();
        }

        @Test
        void refuses_to_generate_a_key_nowhere() {
            var made = commands().run("init", "--name", "shop", "--repository", "r", "--generate-key");

            assertThat(made.exitCode()).isEqualTo(2);
            assertThat(made.err()).contains("HINT: give --key-file FILE too");
        }
    }

    @Nested
    class A_key {

        @Test
        void that_others_can_read_is_refused() throws IOException {
            initialise();
            Files.setPosixFilePermissions(folder.resolve("shop.key"), PosixFilePermissions.fromString("rw-r-----"));

            var ended = info("--key-file", "shop.key");

            assertThat(ended.exitCode()).isEqualTo(5);
            assertThat(ended.err().lines())
                    .first()
                    .asString()
                    .isEqualTo("ERROR: key file '%s' is open to others (mode rw-r-----)"
                            .formatted(folder.resolve("shop.key")));
            assertThat(ended.err()).contains("HINT: make it private: chmod 600");
            assertThat(ended.out()).isEmpty();
        }

        @Test
        void that_is_a_wrong_passphrase_is_refused() {
            commands()
                    .variable("HOLDFAST_PASSPHRASE", "correct horse")
                    .run("init", "--name", "shop", "--repository", "r");

            var ended =
                    commands().variable("HOLDFAST_PASSPHRASE", "battery staple").run("info", "--repository", "r");

            assertThat(ended.exitCode()).isEqualTo(5);
            assertThat(ended.err().lines())
                    .containsExactly(
                            "ERROR: wrong passphrase for the repository in " + folder.resolve("r"),
                            "HINT: check the passphrase; it is the one that was given to 'holdfast init'");
        }

        @Test
        void comes_from_a_passphrase_file_that_is_private() throws IOException {
            var file = folder.resolve("passphrase");
            Files.writeString(file, "correct horse\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            commands()
                    .variable("HOLDFAST_PASSPHRASE", "correct horse")
                    .run("init", "--name", "shop", "--repository", "r");

            assertThat(info("--passphrase-file", "passphrase").exitCode()).isZero();

            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            var open = info("--passphrase-file", "passphrase");
            assertThat(open.exitCode()).isEqualTo(5);
            assertThat(open.err()).contains("is open to others (mode rw-r--r--)");
        }

        @Test
        void that_is_missing_is_named_with_every_way_to_give_it() {
            initialise();

            var ended = info();

            assertThat(ended.exitCode()).isEqualTo(5);
            assertThat(ended.err())
                    .contains(
                            "HINT: give --key-file FILE, --passphrase-file FILE or --kms-key KEY, or set HOLDFAST_PASSPHRASE");
        }

        @Test
        void on_the_command_line_comes_before_one_in_the_environment() {
            initialise();

            var ended = commands()
                    .variable("HOLDFAST_PASSPHRASE", "another")
                    .run("info", "--repository", "r", "--key-file", "shop.key");

            assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        }

        @Test
        void of_the_environment_is_no_key_for_a_recovery_although_a_weaker_file_is_configured() throws IOException {
            var file = Files.writeString(folder.resolve("passphrase"), "an old one\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            Files.writeString(folder.resolve("holdfast.yaml"), "repository: {path: r, passphrase-file: passphrase}\n");
            var commands = commands().variable("HOLDFAST_PASSPHRASE", "the right one");
            assertThat(commands.run("init", "--name", "shop").exitCode()).isZero();

            var refused = commands.run("restore", "--latest", "--into", "data", "--dry-run");

            assertThat(refused.exitCode()).isEqualTo(5);
            assertThat(refused.err())
                    .startsWith(
                            "ERROR: a recovering server must open the repository by itself, and this key is in no file")
                    .contains("give --passphrase-file");
        }

        @Test
        void given_twice_in_one_place_is_refused() {
            initialise();

            var ended = info("--key-file", "shop.key", "--passphrase-file", "passphrase");

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).startsWith("ERROR: more than one key for the repository is configured");
        }
    }

    @Nested
    class Information {

        @Test
        void is_one_json_document_for_programs() {
            initialise();

            var ended = info("--key-file", "shop.key", "-o", "json");

            var document = JsonMapper.builder().build().readTree(ended.out());
            assertThat(document.get("name").asString()).isEqualTo("shop");
            assertThat(document.get("backups").isEmpty()).isTrue();
            assertThat(document.get("remarks").get(0).asString())
                    .isEqualTo("there is no backup yet: nothing can be recovered");
            assertThat(ended.err()).isEmpty();
        }

        @Test
        void counts_what_is_stored_and_knows_no_requests_of_a_folder() {
            initialise();

            var cost = commands().run("info", "--cost", "--repository", "r", "--key-file", "shop.key");

            assertThat(cost.exitCode()).describedAs(cost.err()).isZero();
            assertThat(cost.out()).contains("stored      2 objects").contains("a folder is asked for nothing");
        }

        @Test
        void of_a_folder_that_is_not_there_is_refused() {
            var ended = info("--key-file", "shop.key");

            assertThat(ended.exitCode()).isEqualTo(8);
            assertThat(ended.err())
                    .startsWith("ERROR: ")
                    .contains(folder.resolve("r").toString(), "HINT: ");
        }

        @Test
        void of_a_folder_without_a_repository_is_refused_before_a_key_is_asked_for() throws IOException {
            Files.createDirectory(folder.resolve("r"));

            var ended = info();

            assertThat(ended.exitCode()).isEqualTo(3);
            assertThat(ended.err().lines())
                    .containsExactly(
                            "ERROR: there is no repository in " + folder.resolve("r"),
                            "HINT: check the path, or make one with 'holdfast init'");
        }

        @Test
        void of_a_newer_format_is_refused_as_json_when_json_was_asked_for() throws IOException {
            initialise();
            var root = folder.resolve("r/repository");
            var text = Files.readString(root).replace("\"format\":0", "\"format\":7");
            Files.delete(root);
            Files.writeString(root, text);

            var ended = info("--key-file", "shop.key", "-o", "json");

            assertThat(ended.exitCode()).isEqualTo(3);
            assertThat(ended.out()).isEmpty();
            assertThat(JsonMapper.builder()
                            .build()
                            .readTree(ended.err())
                            .at("/error/code")
                            .asString())
                    .isEqualTo("repository.newer-format");
        }

        @Test
        void writes_nothing_to_the_repository() throws IOException {
            initialise();
            var before = files();

            info("--key-file", "shop.key");

            assertThat(files()).isEqualTo(before);
        }

        private java.util.List<String> files() throws IOException {
            try (var files = Files.walk(folder)) {
                return files.map(Path::toString).sorted().toList();
            }
        }
    }

    @Nested
    class The_configuration {

        @Test
        void shows_what_counts_and_who_says_so() throws IOException {
            Files.writeString(folder.resolve("holdfast.yaml"), "backup: {jobs: 3}");

            var ended = commands().variable("HOLDFAST_MEMBER", "db1").run("config", "--slot", "mine");

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.out().replaceAll(" +", " "))
                    .contains(
                            "backup.jobs 3 file",
                            "member db1 environment",
                            "capture.slot mine flag",
                            "backup.every 24h default");
        }

        @Test
        void refuses_an_unknown_key_in_the_file_and_names_the_nearest() throws IOException {
            Files.writeString(folder.resolve("holdfast.yaml"), "backup:\n  jbos: 3");

            var ended = commands().run("config");

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err().lines())
                    .containsExactly(
                            "ERROR: holdfast.yaml:2:3: unknown key 'backup.jbos'", "HINT: did you mean 'backup.jobs'?");
        }

        @Test
        void has_a_schema() {
            assertThat(commands().run("config", "--schema").out()).contains("json-schema.org", "\"max-rate\"");
        }
    }
}
