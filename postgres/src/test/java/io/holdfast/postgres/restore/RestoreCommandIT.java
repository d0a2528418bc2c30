package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.replay.PrefetchProgram;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recoveries by servers that nobody watches over: the script, and a prefetcher in a JVM of its own. */
class RestoreCommandIT {

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;
    private static String classPath;

    @BeforeAll
    static void make_history() {
        classPath = ReadableClassPath.copyTo(folder.resolve("lib"));
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.storeWal();
        cluster.backup();
        for (int i = 1; i <= 8; i++) {
            cluster.execute("CREATE TABLE public.bulk%d AS SELECT i, repeat('x', 200) FROM generate_series(1, 10000) i"
                    .formatted(i));
            cluster.execute("INSERT INTO public.story VALUES ('%d')".formatted(i));
            cluster.storeWal();
        }
        UnprivilegedUser.current().own(folder.resolve("repository"));
        UnprivilegedUser.current().own(folder.resolve("key"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<String> java(String... options) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        words.addAll(List.of(options));
        words.addAll(List.of("-cp", classPath, PrefetchMain.class.getName()));
        return words;
    }

    private static RestoreRequest request(String name, List<String> launcher) {
        var usual = cluster.request(name, RecoveryTarget.latest());
        return RestoreRequest.of(usual.directory(), usual.target(), usual.repository(), launcher)
                .withAction(TargetAction.PROMOTE)
                .withPatience(Duration.ofSeconds(60));
    }

    private static EmbeddedPostgres restored(RestoreRequest request) {
        cluster.restore(request).run();
        return EmbeddedPostgres.adopt(cluster.binaries, request.directory());
    }

    private static void recovers(EmbeddedPostgres server) {
        server.start(Map.of("fsync", "off"));
        await().atMost(Duration.ofMinutes(1)).until(() -> !isInRecovery(server));
        try (var session = SqlSession.open(ProtectedCluster.settings(server))) {
            assertThat(session.list("SELECT line FROM public.story ORDER BY 1", row -> row.text("line")))
                    .containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
        }
    }

    private static boolean isInRecovery(EmbeddedPostgres server) {
        try (var session = SqlSession.open(ProtectedCluster.settings(server))) {
            return session.one("SELECT pg_is_in_recovery() AS flag", row -> row.flag("flag"));
        } catch (ServerException _) {
            return true;
        }
    }

    /** Starts it, waits until it has given up, and sees that it neither promoted nor was silent. */
    private static void givesUp(EmbeddedPostgres server, String reason) throws IOException {
        server.launch(Map.of("fsync", "off"));
        await().atMost(Duration.ofMinutes(2)).until(() -> !server.isRunning());
        assertThat(Files.readString(server.log())).containsPattern("holdfast: cannot restore [0-9A-F]{24}: " + reason);
        assertThat(server.dataDirectory().resolve("recovery.signal")).exists();
        assertThat(server.dataDirectory().resolve("pg_wal/00000002.history")).doesNotExist();
        Files.delete(server.log());
    }

    private static void launcherIs(EmbeddedPostgres server, List<String> words) throws IOException {
        var script = new io.holdfast.postgres.restore.replay.RestoreCommand(words, Duration.ofSeconds(60)).script();
        Files.writeString(server.dataDirectory().resolve("holdfast-restore/restore_command"), script);
    }

    @Test
    void a_server_recovers_by_itself() {
        try (var server = restored(request("alone", java()))) {
            recovers(server);
        }
    }

    @Test
    void what_was_carried_along_outlives_the_application_that_restored() throws Exception {
        var application = folder.resolve("application that is swept away");
        var originals = Stream.of(ReadableClassPath.copyTo(application).split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        var usual = request("carried", List.of());
        var copies = IntStream.range(0, originals.size())
                .mapToObj(n -> PrefetchProgram.copy(usual.directory(), n, originals.get(n))
                        .toString())
                .collect(Collectors.joining(File.pathSeparator));
        var words = new ArrayList<>(java());
        words.set(words.indexOf(classPath), copies);
        var request = RestoreRequest.of(
                        usual.directory(), usual.target(), usual.repository(), new PrefetchProgram(words, originals))
                .withAction(TargetAction.PROMOTE);

        try (var server = restored(request)) {
            new FolderSweep(false, _ -> false).clear(application);

            recovers(server);
        }
    }

    @Test
    void without_a_jdk_it_stops_and_goes_on_once_there_is_one() throws Exception {
        try (var server = restored(request("no jdk", List.of("holdfast-java-that-is-not-there")))) {
            givesUp(server, "the prefetcher ended: .*holdfast-java-that-is-not-there");
            launcherIs(server, java());
            recovers(server);
        }
    }

    @Test
    void without_its_script_it_stops_and_goes_on_once_that_is_back() throws Exception {
        try (var server = restored(request("no script", java()))) {
            Files.delete(server.dataDirectory().resolve("holdfast-restore/restore_command"));
            server.launch(Map.of("fsync", "off"));
            await().atMost(Duration.ofMinutes(2)).until(() -> !server.isRunning());
            assertThat(Files.readString(server.log()))
                    .contains(
                            "holdfast: cannot restore ",
                            ": holdfast-restore/restore_command in the data directory is missing"
                                    + " or unreadable; restore once more");
            assertThat(server.dataDirectory().resolve("recovery.signal")).exists();
            assertThat(server.dataDirectory().resolve("pg_wal/00000002.history"))
                    .doesNotExist();

            launcherIs(server, java());
            recovers(server);
        }
    }

    @Test
    void with_too_small_a_heap_it_stops_and_goes_on_once_that_is_mended() throws Exception {
        try (var server = restored(request("small heap", java("-Xmx3m")))) {
            givesUp(server, "the prefetcher ended: .*(OutOfMemory|heap|Error)");
            launcherIs(server, java());
            recovers(server);
        }
    }

    @Test
    void with_an_unreadable_key_it_stops_and_goes_on_once_it_can_be_read() throws Exception {
        var key = folder.resolve("key");
        try (var server = restored(request("key trouble", java()))) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            givesUp(server, "key file '.*' is open to others");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            recovers(server);
        } finally {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void with_an_object_missing_in_the_middle_it_stops_and_goes_on_once_that_is_back() throws Exception {
        try (var server = restored(request("missing", java()))) {
            var piece = piecesInTheMiddle();
            var aside = folder.resolve("aside");
            Files.move(piece, aside);
            try {
                givesUp(server, "WAL from .* is not in the repository");
            } finally {
                Files.move(aside, piece);
            }
            recovers(server);
        }
    }

    private static Path piecesInTheMiddle() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("repository/claim"))) {
            var pieces = files.filter(file -> file.toString().contains("/wal/") && Files.isRegularFile(file))
                    .sorted(java.util.Comparator.comparing(
                            file -> file.getFileName().toString()))
                    .toList();
            return pieces.get(pieces.size() - 3);
        }
    }

    @Test
    void a_killed_prefetcher_is_started_again() throws Exception {
        var request = request("killed", java()).withAction(TargetAction.PAUSE);
        try (var server = restored(request)) {
            var pidFile = request.directory().resolve("holdfast-restore/prefetch.pid");
            server.launch(Map.of("fsync", "off"));
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(pidFile));
            var pid = Long.parseLong(Files.readString(pidFile).strip());
            ProcessHandle.of(pid).ifPresent(process -> {
                process.destroyForcibly();
                process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            });
            server.awaitReady(Duration.ofMinutes(1));
            await().atMost(Duration.ofMinutes(1)).until(() -> isPaused(server));
            try (var session = SqlSession.open(ProtectedCluster.settings(server))) {
                assertThat(session.list("SELECT line FROM public.story", row -> row.text("line")))
                        .hasSize(8);
            }
        }
    }

    @Test
    void a_prefetcher_that_is_killed_within_a_segment_hands_over_no_part_of_it() throws Exception {
        var words = new ArrayList<>(java());
        words.set(words.size() - 1, HalfWayPrefetchMain.class.getName());
        try (var server = restored(request("half way", words))) {
            recovers(server);

            assertThat(server.dataDirectory().resolve("killed-half-way"))
                    .content()
                    .matches("\\.[0-9A-F]{24}\\.partial");
            assertThat(Files.readString(server.log())).doesNotContain("has wrong size");
        }
    }

    @Test
    void a_server_that_is_killed_in_the_middle_goes_on_when_it_is_started_again() throws Exception {
        var request = request("restarted", java());
        try (var server = restored(request)) {
            server.launch(Map.of("fsync", "off"));
            var wanted = request.directory().resolve("holdfast-restore/wanted");
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(wanted));
            server.kill();
            recovers(server);
        }
    }

    private static boolean isPaused(EmbeddedPostgres server) {
        try (var session = SqlSession.open(ProtectedCluster.settings(server))) {
            return session.one("SELECT pg_get_wal_replay_pause_state() AS state", row -> row.text("state"))
                    .equals("paused");
        }
    }
}
