package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureSettings;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.NeedsSmallDisk;
import io.holdfast.testkit.programs.ServerFolder;
import io.holdfast.testkit.programs.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code restore} of a real server's backup, by the command line. */
class RestoreCommandsIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void back_a_server_up() {
        server = NewCluster.initialise(PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())
                .start(Map.of("fsync", "off"));
        assertThat(commands().run("init", "--name", "shop", "--generate-key").exitCode())
                .isZero();
        var backup = commands().run("backup");
        assertThat(backup.exitCode()).describedAs(backup.err()).isZero();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static CommandRun commands() {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    private static void fails(CommandRun.Ended ended, String message) {
        fails(ended, 8, message);
    }

    private static void fails(CommandRun.Ended ended, int exitCode, String message) {
        assertThat(ended.exitCode()).describedAs(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines().filter(line -> line.startsWith("ERROR: ")))
                .singleElement()
                .asString()
                .matches(message);
        assertThat(ended.err().lines().filter(line -> line.startsWith("HINT: ")))
                .hasSize(1);
    }

    @Test
    void what_cannot_be_is_refused_with_a_hint_and_touches_nothing() throws Exception {
        var target = folder.resolve("untouched").toString();

        fails(restore(target, "--to", "2020-01-15 09:41:00+00"), 4, "ERROR: .*");
        fails(restore(target, "--to", Instant.now().plus(Duration.ofDays(1)).toString()), 4, "ERROR: .*");
        fails(restore(target, "--to", "2026-01-15 09:41:00"), 2, "ERROR: .*offset.*");
        fails(restore(target, "--to-lsn", "F/0"), 4, "ERROR: .*");
        fails(restore(target, "--to-name", "never made"), 4, "ERROR: .*never made.*");
        fails(restore(target, "--timeline", "7", "--latest"), 4, "ERROR: .*timeline 7.*");
        fails(restore(target, "--backup", "20200115-094100F", "--immediate"), 4, "ERROR: .*20200115-094100F.*");
        assertThat(Path.of(target)).doesNotExist();

        var taken = Files.createDirectory(folder.resolve("taken"));
        Files.writeString(taken.resolve("letter"), "dear");
        fails(restore(taken.toString(), "--latest"), 3, "ERROR: .*");
        assertThat(taken).isDirectoryContaining(file -> file.endsWith("letter"));
        try (var files = Files.list(taken)) {
            assertThat(files).hasSize(1);
        }
    }

    private static CommandRun.Ended restore(String target, String... options) {
        return commands()
                .run(Stream.concat(Stream.of("restore", "--into", target), Stream.of(options))
                        .toArray(String[]::new));
    }

    /** Where Holdfast runs as a user of its own, the key is that user's, and root can restore. */
    @Test
    void root_is_told_what_the_user_of_the_server_may_not_read() throws Exception {
        var user = UnprivilegedUser.current();
        assumeFalse(user.isOurselves(), "only root restores for another user");
        var key = Files.copy(folder.resolve("key"), folder.resolve("key-of-root"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

        var blind = commands()
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", key.toString())
                .run("restore", "--into", folder.resolve("blind").toString(), "--latest");
        user.own(folder.resolve("key"));
        user.own(folder.resolve("r"));
        var sighted = restore(folder.resolve("sighted").toString(), "--latest");

        assertThat(blind.exitCode()).describedAs(blind.err()).isZero();
        assertThat(blind.err())
                .contains(
                        "WARNING: user '%s', whose server will recover, may not read '%s'".formatted(user, key),
                        "HINT: before the server is started, let that user read the repository, by a group, and the key: a copy of its own, named by --key-file");
        assertThat(sighted.err()).doesNotContain("WARNING");
    }

    @Test
    @NeedsSmallDisk
    void no_space_is_one_message_and_the_restore_goes_on_when_there_is_some() throws Exception {
        var place = Files.createDirectory(folder.resolve("small"));
        try (var disk = SmallDisk.mount(place, "size=8m")) {
            var target = place.resolve("restored");
            String[] restore = {"restore", "--immediate", "--into", target.toString(), "--jobs", "2"};

            var refused = commands().run(restore);

            fails(refused, "ERROR: '%s' needs \\d+ bytes, \\d+ are free".formatted(Pattern.quote(target.toString())));
            assertThat(place).isEmptyDirectory();

            // Enough for the bytes of all files, not for the blocks that small ones take.
            var needed = Pattern.compile("needs (\\d+) bytes").matcher(refused.err());
            assertThat(needed.find()).isTrue();
            disk.resize("size=%d".formatted(Long.parseLong(needed.group(1)) + (32 << 10)));
            fails(commands().run(restore), "ERROR: cannot .* '.*': No space left on device");
            assertThat(target.resolve("global/pg_control")).doesNotExist();

            disk.resize("size=256m");
            var restored = commands().run(restore);
            assertThat(restored.exitCode()).describedAs(restored.err()).isZero();
            assertThat(target.resolve("global/pg_control")).exists();
        }
    }

    @Test
    void what_only_the_spool_holds_is_restored_although_the_data_directory_is_gone() throws Exception {
        var end = spoolWhileTheRepositoryIsAway();

        var restored = commands()
                .run("restore", "--latest", "--into", folder.resolve("again").toString(), "-o", "json");

        assertThat(restored.exitCode()).describedAs(restored.err()).isZero();
        var stopsAt = JsonMapper.builder()
                .build()
                .readTree(restored.out())
                .at("/plan/stopsAt")
                .asString();
        assertThat(Lsn.parse(stopsAt)).isGreaterThanOrEqualTo(end);
    }

    private static Lsn spoolWhileTheRepositoryIsAway() throws Exception {
        var address = ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", server.port()), "postgres", "postgres");
        var store = FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("r"), InstantSource.system());
        try (var repository = Repository.open(store, KeyFileKey.read(folder.resolve("key")));
                var capture = Capture.start(
                        repository,
                        CaptureSettings.of(address, new MemberName("db1"), folder.resolve("state"))
                                .withUpload(Duration.ofMillis(100), 256 * 1024),
                        new Capture.Machine(
                                new LocalDisk(), InstantSource.system(), Thread::sleep, new SecureRandom(), "host"));
                var session = SqlSession.open(address)) {
            await().atMost(SOON).until(() -> capture.status().state() instanceof CaptureState.Streaming);
            capture.flush(SOON);
            Files.move(folder.resolve("r"), folder.resolve("away"));
            session.execute("CREATE TABLE public.spooled AS SELECT g FROM generate_series(1, 1000) AS g");
            var end = session.one("SELECT pg_current_wal_flush_lsn() AS lsn", row -> row.lsn("lsn"));
            await().atMost(SOON)
                    .until(() -> capture.status()
                            .received()
                            .filter(to -> !to.isBefore(end))
                            .isPresent());
            return end;
        } finally {
            Files.move(folder.resolve("away"), folder.resolve("r"));
        }
    }
}
