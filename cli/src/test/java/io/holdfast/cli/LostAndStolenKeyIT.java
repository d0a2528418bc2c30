package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What docs/keys.md says to do, done with a real server and its backups. */
class LostAndStolenKeyIT {

    private static final String CONTENT =
            "SELECT md5(string_agg(n || t, ',' ORDER BY n))::text AS answer FROM public.goods";

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static EmbeddedPostgres server;

    private String repository = "";

    @BeforeAll
    static void start() {
        server = NewCluster.initialise(PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())
                .start(Map.of("fsync", "off", "summarize_wal", "on"));
        execute("CREATE TABLE public.goods AS SELECT n, md5(n::text) AS t FROM generate_series(1, 20000) AS n");
    }

    /** Of the same server: each test has a repository and key files of its own. */
    private void initialise(String name) {
        repository = name;
        done(commands("key").run("init", "--name", "shop", "--generate-key"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private CommandRun commands(String keyFile) {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", repository)
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", repository + "-" + keyFile)
                .variable("HOLDFAST_STATE_DIRECTORY", repository + "-state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    private static CommandRun.Ended done(CommandRun.Ended ended) {
        assertThat(ended.exitCode()).describedAs(ended.err()).isZero();
        return ended;
    }

    private static SqlSession sql(EmbeddedPostgres which) {
        return SqlSession.open(
                ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", which.port()), "postgres", "postgres"));
    }

    private static void execute(String statement) {
        try (var session = sql(server)) {
            session.execute(statement);
        }
    }

    private static String content(EmbeddedPostgres which) {
        try (var session = sql(which)) {
            return session.one(CONTENT, row -> row.text("answer"));
        }
    }

    /** Starts what was restored, which opens the repository by itself while it recovers. */
    private void isRestored(Path data, Path key, String expected) throws IOException {
        server.user().own(key);
        try (var files = Files.walk(folder.resolve(repository))) {
            files.forEach(server.user()::own);
        }
        try (var restored = EmbeddedPostgres.adopt(PostgresBinaries.version18(), data)) {
            restored.start(Map.of("fsync", "off"));
            await().atMost(SOON)
                    .ignoreExceptionsInstanceOf(ServerException.class)
                    .untilAsserted(() -> assertThat(content(restored)).isEqualTo(expected));
        }
    }

    private JsonNode findings(String keyFile) {
        return JsonMapper.shared()
                .readTree(commands(keyFile).run("check", "-o", "json").out());
    }

    private static String severity(JsonNode findings, String code) {
        return findings.valueStream()
                .filter(finding -> finding.get("code").asString().equals(code))
                .map(finding -> finding.get("severity").asString())
                .findFirst()
                .orElse("absent");
    }

    @Test
    void when_the_key_file_is_lost_the_sheet_alone_restores_and_makes_a_new_one() throws Exception {
        initialise("lost");
        assertThat(severity(findings("key"), "check.recovery-copy")).isEqualTo("WARNING");
        done(commands("key").run("key", "export", "--sheet", "sheet.txt"));
        assertThat(severity(findings("key"), "check.recovery-copy")).isEqualTo("WARNING");
        done(commands("key").run("key", "check", "--recovery-sheet", "sheet.txt"));
        assertThat(severity(findings("key"), "check.recovery-copy")).isEqualTo("PASSED");
        done(commands("key").run("backup"));
        var expected = content(server);

        Files.delete(folder.resolve("lost-key"));
        var target = folder.resolve("from the sheet");
        done(commands("key")
                .run(
                        "restore",
                        "--immediate",
                        "--into",
                        target.toString(),
                        "--recovery-sheet",
                        "sheet.txt",
                        "--target-action",
                        "promote"));
        isRestored(target, folder.resolve("sheet.txt"), expected);

        done(commands("key").run("key", "import", "--recovery-sheet", "sheet.txt", "--generate-key"));
        done(commands("key").run("key", "check"));
        assertThat(done(commands("key").run("backup", "-o", "json")).out()).contains("I\"");
    }

    @Test
    void when_the_key_is_stolen_the_next_backup_is_full_and_the_thief_reads_nothing_of_it() throws Exception {
        initialise("stolen");
        done(commands("key").run("backup"));
        done(commands("key").run("key", "replace", "--new-key-file", "stolen-new", "--generate-key"));
        execute("UPDATE public.goods SET t = 'secret' WHERE n % 7 = 0");

        var old = commands("key").run("backup");
        assertThat(old.exitCode()).isEqualTo(5);
        assertThat(old.err()).contains("up to epoch 1, and epoch 2 has begun");
        assertThat(severity(findings("key"), "check.repository")).isEqualTo("ERROR");
        var full = done(commands("new").run("backup", "-o", "json"));
        assertThat(JsonMapper.shared().readTree(full.out()).at("/backup/id").asString())
                .endsWith("F");
        var incremental = done(commands("new").run("backup", "-o", "json"));
        assertThat(JsonMapper.shared()
                        .readTree(incremental.out())
                        .at("/backup/id")
                        .asString())
                .endsWith("I");

        var thief = commands("key")
                .run("restore", "--immediate", "--into", folder.resolve("thief").toString());
        assertThat(thief.exitCode()).isEqualTo(5);
        assertThat(thief.err()).contains("no key for epoch 2 was opened");
        var expected = content(server);
        var target = folder.resolve("restored");
        done(commands("new").run("restore", "--immediate", "--into", target.toString(), "--target-action", "promote"));
        isRestored(target, folder.resolve("stolen-new"), expected);
    }
}
