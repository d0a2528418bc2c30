package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A repository in a bucket, by the command line: from {@code init} to a restored directory. */
@NeedsS3Server
class S3CommandsIT {

    private static final String REPOSITORY = "s3://" + S3Server.BUCKET + "/commands/shop";

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    @Test
    void a_server_is_backed_up_into_a_bucket_and_restored_from_it() throws Exception {
        var reached = S3Server.get().endpoint().toString();
        try (var server =
                NewCluster.initialise(PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())) {
            server.start(Map.of("fsync", "off"));
            var commands = commands(server.port(), reached);
            Files.createDirectory(folder.resolve("state"));

            succeeds(commands.run("init", "--name", "shop", "--generate-key"));
            var second = commands.run("init", "--name", "shop");
            assertThat(second.exitCode()).describedAs(second.err()).isEqualTo(3);
            succeeds(commands.run("backup"));
            succeeds(commands.run("backup"));
            var info = commands.run("info");
            succeeds(info);
            var check = commands.run("check");
            succeeds(check);
            assertThat(check.out() + check.err())
                    .contains("can replace what is stored")
                    .contains("make a bucket with Object Lock");
            var cost = commands.run("info", "--cost", "-o", "json");
            succeeds(cost);
            // Two backups were written and looked at; the engine does not ask a bucket for nothing.
            var found = JsonMapper.shared().readTree(cost.out());
            var day = found.at("/requests/days/0/traffic");
            assertThat(day.path("writes").asInt()).describedAs(cost.out()).isGreaterThan(10);
            assertThat(day.path("reads").asInt()).describedAs(cost.out()).isGreaterThan(10);
            assertThat(day.path("lists").asInt()).describedAs(cost.out()).isPositive();
            assertThat(day.path("sent").asLong())
                    .describedAs(cost.out())
                    .isGreaterThan(found.path("bytes").asLong() / 2);
            var target = folder.resolve("restored");
            succeeds(commands.run("restore", "--into", target.toString(), "--immediate"));

            succeeds(commands.run("key", "export", "--sheet", "sheet.txt"));
            restoresWithNothingButTheSheet(Files.readString(folder.resolve("sheet.txt")));

            succeeds(commands.run("copy", "--all", "--to", REPOSITORY + "-copy"));
            succeeds(commands.run("copy", "latest", "--to", "on-a-disk"));
            succeeds(commands.run("verify", "--all", "--repository", REPOSITORY + "-copy"));
            assertThat(commands.run("info", "--repository", "on-a-disk").out()).contains("shop");

            assertThat(info.out()).contains("shop").contains("F").contains("I");
            assertThat(target.resolve("PG_VERSION")).hasContent("18");
            assertThat(Files.size(target.resolve("global/pg_control"))).isEqualTo(8192);
        }
    }

    /** Whoever has it, and credentials that may read: no configuration, no key, no state. */
    private static void restoresWithNothingButTheSheet(String sheet) throws Exception {
        var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        var written = elsewhere.resolve("sheet");
        Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(written, sheet);
        var commands = new CommandRun(elsewhere).variable("HOLDFAST_STATE_DIRECTORY", "state");
        Pattern.compile(" (HOLDFAST_[A-Z0-9_]+)=(.*)")
                .matcher(sheet)
                .results()
                .forEach(line -> commands.variable(line.group(1), line.group(2)));
        var location = Pattern.compile("location +(.*)").matcher(sheet);
        assertThat(location.find()).isTrue();

        var target = folder.resolve("from the sheet");
        succeeds(commands.run(
                "restore",
                "--immediate",
                "--into",
                target.toString(),
                "--repository",
                location.group(1),
                "--recovery-sheet",
                written.toString()));

        assertThat(target.resolve("PG_VERSION")).hasContent("18");
    }

    private static final String PLAN = """
            plan:
              name: Shop
              overview: How the shop comes back
              version: "1"
              updated: 2026-11-26
              next-review: 2027-05-26
              owner: The shop
              changes: { from: [anna], quorum: 1 }
            objectives:
              rto: { target: 1h, description: a }
              rpo: { target: 5m, description: b }
              mttr: { target: 30m, description: c }
            procedures:
              open:
                title: Open the shop
                use: It is closed
                steps:
                  - id: open
                    title: Open it
                    uses: command
                    with: { argv: [touch, "${environment.folder}/open"] }
            contacts:
              anna: { role: Keeper, name: Anna, keys: ["KEY"] }
            environments:
              dr:
                title: Elsewhere
                values: { folder: "FOLDER" }
            """;

    /** From an empty home directory, in which only the names of bucket, key and owner are known. */
    @Test
    void the_plan_in_a_bucket_is_run_with_nothing_else_alive() throws Exception {
        var owner = Path.of("../runbook/src/test/resources/io/holdfast/runbook/approval")
                .toAbsolutePath();
        var where = REPOSITORY + "-plan";
        var commands = commands(1, S3Server.get().endpoint().toString())
                .variable("HOLDFAST_REPOSITORY_PATH", where)
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "plan-key");
        Files.createDirectory(folder.resolve("state-of-publisher"));
        commands.variable("HOLDFAST_STATE_DIRECTORY", "state-of-publisher");
        Files.writeString(
                folder.resolve("plan.yaml"),
                PLAN.replace("KEY", Files.readString(owner.resolve("key.pub")).strip())
                        .replace("FOLDER", folder.toString().replace("\"", "\\\"")));
        succeeds(commands.run("init", "--name", "shop", "--generate-key"));
        succeeds(commands.run(
                "plan", "publish", "plan.yaml", "--key", owner.resolve("key").toString(), "--as", "anna"));

        var home = Files.createDirectory(folder.resolve("home"));
        var ended = new CommandRun(home)
                .variable("HOLDFAST_S3_ENDPOINT", S3Server.get().endpoint().toString())
                .variable("HOLDFAST_STATE_DIRECTORY", home.resolve("host").toString())
                .run(
                        "run",
                        "open",
                        "--published",
                        "--trust",
                        owner.resolve("key.pub").toString(),
                        "--repository",
                        where,
                        "--key-file",
                        folder.resolve("plan-key").toString(),
                        "--environment",
                        "dr",
                        "--state",
                        "runs");

        succeeds(ended);
        assertThat(folder.resolve("open")).exists();
        assertThat(ended.err()).contains("is in the evidence: entry 1, ");
        assertThat(commands.run("evidence", "list").out())
                .contains("open: completed")
                .contains("published by anna");
    }

    @Test
    void what_is_wrong_with_the_bucket_is_said() {
        var missing = commands(1, S3Server.get().endpoint().toString())
                .variable("HOLDFAST_REPOSITORY_PATH", "s3://no-such-bucket/shop")
                .run("info");
        var deaf = commands(1, "http://127.0.0.1:1").variable("HOLDFAST_S3_REQUEST_TIMEOUT", "1s");

        assertThat(missing.exitCode()).describedAs(missing.err()).isEqualTo(8);
        assertThat(missing.err()).contains("no-such-bucket").contains("Holdfast makes none");
        assertThat(deaf.run("info").err()).contains("no answer from http://127.0.0.1:1");
    }

    private static CommandRun commands(int port, String endpoint) {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(port))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", REPOSITORY)
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_S3_ENDPOINT", endpoint)
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    private static void succeeds(CommandRun.Ended ended) {
        assertThat(ended.exitCode()).describedAs(ended.err() + ended.out()).isZero();
    }
}
