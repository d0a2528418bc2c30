package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.NewCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A real server, a repository on disk, and captures of the one into the other. */
final class Protected implements AutoCloseable {

    static final MemberName MEMBER = new MemberName("alpha");
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Path folder;
    final EmbeddedPostgres server;
    final Map<String, String> settings = new LinkedHashMap<>();
    final KeyFileKey key;
    final Repository repository;
    final SwitchableDisk repositoryDisk = new SwitchableDisk();

    private Protected(
            Path folder, EmbeddedPostgres server, Map<String, String> settings, Function<Disk, ObjectStore> made) {
        this.folder = folder;
        this.server = server;
        this.settings.putAll(Map.of(
                "fsync", "off",
                "max_wal_size", "8MB",
                "min_wal_size", "4MB",
                "wal_keep_size", "0",
                "checkpoint_timeout", "1h",
                "autovacuum", "off"));
        this.settings.putAll(settings);
        this.key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
        var store = made.apply(repositoryDisk.disk());
        this.repository = Repository.initialise(store, "demo", key, InstantSource.system(), new SecureRandom());
    }

    static Protected start(PostgresBinaries binaries, Path folder, Map<String, String> settings) {
        return start(
                binaries,
                folder,
                settings,
                disk -> FilesystemStore.create(disk, folder.resolve("repository"), InstantSource.system()));
    }

    /** With a repository somewhere else. */
    static Protected start(Path folder, ObjectStore store) {
        return start(PostgresBinaries.version18(), folder, Map.of("summarize_wal", "on"), _ -> store);
    }

    private static Protected start(
            PostgresBinaries binaries, Path folder, Map<String, String> settings, Function<Disk, ObjectStore> store) {
        var server = NewCluster.initialise(
                binaries, folder.resolve("data"), InitOptions.forTests().withWalSegmentMegabytes(1));
        var made = new Protected(folder, server, settings, store);
        server.start(made.settings);
        return made;
    }

    static Protected start(Path folder) {
        return start(PostgresBinaries.version18(), folder, Map.of());
    }

    ConnectionSettings tcp() {
        return tcp(server.port());
    }

    static ConnectionSettings tcp(int port) {
        return ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", port), "postgres", "postgres");
    }

    SqlSession sql() {
        return SqlSession.open(tcp());
    }

    void execute(String statement) {
        try (var session = sql()) {
            session.execute(statement);
        }
    }

    Lsn flushed() {
        try (var session = sql()) {
            return session.one("SELECT pg_current_wal_flush_lsn()::text AS l", row -> row.lsn("l"));
        }
    }

    /** Writes about this many megabytes of WAL, in many transactions. */
    void write(int megabytes) {
        try (var session = sql()) {
            session.execute("CREATE TABLE IF NOT EXISTS public.filler (n int, t text)");
            for (int i = 0; i < megabytes * 4; i++) {
                session.execute("INSERT INTO public.filler SELECT g, repeat(md5(g::text), 7)"
                        + " FROM generate_series(1, 800) AS g");
            }
        }
    }

    CaptureSettings captureSettings() {
        return captureSettings(tcp());
    }

    /** That of the same member, of another server. */
    CaptureSettings captureSettings(ConnectionSettings other) {
        return CaptureSettings.of(other, MEMBER, folder.resolve("state"))
                .withUpload(Duration.ofMillis(100), 256 * 1024)
                .withPatience(Duration.ofSeconds(3), Duration.ofMillis(500))
                .withRenewEvery(Duration.ofMillis(500));
    }

    static Capture.Machine machine() {
        return new Capture.Machine(
                new LocalDisk(), InstantSource.system(), Thread::sleep, new SecureRandom(), "test host");
    }

    Capture capture() {
        return capture(captureSettings());
    }

    Capture capture(CaptureSettings wanted) {
        return Capture.start(repository, wanted, machine());
    }

    static void awaitStreaming(Capture capture) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(capture.status().state()).isInstanceOf(CaptureState.Streaming.class));
    }

    WalArchive archive() {
        return WalArchive.load(repository, Generation.newest(repository).orElseThrow());
    }

    byte[] stored(WalRange range) {
        var bytes = new ByteArrayOutputStream();
        archive().read(range, (_, content, offset, length) -> bytes.write(content, offset, length));
        return bytes.toByteArray();
    }

    /** The only stretch of a timeline that is stored; fails if there is a hole. */
    WalRange onlyRange(int timeline) {
        var coverage = archive().coverage(new TimelineId(timeline));
        assertThat(coverage).hasSize(1);
        return coverage.getFirst();
    }

    /** Compares everything stored of a timeline with those of the server's own segment files that still exist. */
    int compareWithServer(WalRange range) {
        int compared = 0;
        var size = Generation.newest(repository).orElseThrow().walSegmentSize();
        try {
            for (var at = range.start(); at.isBefore(range.end()); at = at.plus(size.bytes())) {
                var file = server.dataDirectory()
                        .resolve("pg_wal")
                        .resolve(size.name(range.timeline(), at).text());
                if (!Files.exists(file)) {
                    continue;
                }
                var end = Lsn.earlier(at.plus(size.bytes()), range.end());
                var expected = Files.readAllBytes(file);
                var found = stored(new WalRange(range.timeline(), at, end));
                assertThat(found).as("segment at %s", at).isEqualTo(java.util.Arrays.copyOf(expected, found.length));
                compared++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compared;
    }

    @Override
    public void close() {
        server.close();
        repository.close();
    }
}
