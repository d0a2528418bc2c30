package io.holdfast.postgres.restore;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.NewCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real server, its repository, and what a test does with them. */
public final class ProtectedCluster implements AutoCloseable {

    static final Map<String, String> SETTINGS = Map.of("fsync", "off", "max_wal_senders", "8");

    public final Path folder;
    final PostgresBinaries binaries;
    public final EmbeddedPostgres server;
    public final Repository repository;
    private final StoredStream stream;
    private Lsn stored;

    private ProtectedCluster(Path folder, PostgresBinaries binaries, EmbeddedPostgres server, Repository repository) {
        this.folder = folder;
        this.binaries = binaries;
        this.server = server;
        this.repository = repository;
        this.stream = new StoredStream(settings(server), repository);
        this.stored = currentPosition();
    }

    public static ProtectedCluster start(Path folder, int major) {
        var binaries = PostgresBinaries.of(major);
        var server = NewCluster.initialise(
                binaries, folder.resolve("source"), InitOptions.forTests().withWalSegmentMegabytes(1));
        return of(folder, binaries, server);
    }

    public static ProtectedCluster of(Path folder, PostgresBinaries binaries, EmbeddedPostgres server) {
        return of(folder, binaries, server, Map.of());
    }

    static ProtectedCluster of(
            Path folder, PostgresBinaries binaries, EmbeddedPostgres server, Map<String, String> more) {
        var settings = new HashMap<>(SETTINGS);
        settings.putAll(more);
        server.start(settings);
        var random = new SecureRandom();
        var key = KeyFileKey.generate(folder.resolve("key"), random);
        var store = FilesystemStore.create(new LocalDisk(), folder.resolve("repository"), InstantSource.system());
        var repository = Repository.initialise(store, "test", key, InstantSource.system(), random);
        return new ProtectedCluster(folder, binaries, server, repository);
    }

    public static ConnectionSettings settings(EmbeddedPostgres server) {
        return settings(server.socketDirectory(), server.port());
    }

    static ConnectionSettings settings(Path socketFolder, int port) {
        return ConnectionSettings.of(new ServerAddress.UnixSocket(socketFolder, port), "postgres", "postgres");
    }

    public Manifest backup() {
        return backup(settings(server));
    }

    public Manifest incremental() {
        return backup(settings(server), BackupId.Kind.INCREMENTAL);
    }

    /** Of another server of this cluster. */
    Manifest backup(ConnectionSettings from) {
        return backup(from, BackupId.Kind.FULL);
    }

    private Manifest backup(ConnectionSettings from, BackupId.Kind kind) {
        return new BaseBackup(
                        repository,
                        BackupRequest.of(from, new MemberName("test"))
                                .withJobs(2)
                                .withKind(kind),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
    }

    /** Stores the WAL since the last time, or since the cluster was made. */
    public Lsn storeWal() {
        stored = stream.store(stored);
        return stored;
    }

    public void execute(String sql) {
        try (var session = SqlSession.open(settings(server))) {
            session.execute(sql);
        }
    }

    long number(String sql) {
        try (var session = SqlSession.open(settings(server))) {
            return session.one(sql, row -> row.number("n"));
        }
    }

    public String text(String sql) {
        try (var session = SqlSession.open(settings(server))) {
            return session.one(sql, row -> row.text("line"));
        }
    }

    Instant now() {
        try (var session = SqlSession.open(settings(server))) {
            return session.one("SELECT clock_timestamp() AS time", row -> row.instant("time"));
        }
    }

    Lsn currentPosition() {
        try (var session = SqlSession.open(settings(server))) {
            return session.one("SELECT pg_current_wal_insert_lsn() AS lsn", row -> row.lsn("lsn"));
        }
    }

    RestoreRequest request(String name, RecoveryTarget target) {
        return RestoreRequest.of(
                        folder.resolve(name),
                        target,
                        new RepositoryReference(
                                folder.resolve("repository").toString(),
                                folder.resolve("key").toString()),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE)
                .withJobs(2);
    }

    Restore restore(RestoreRequest request) {
        return new Restore(repository, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep);
    }

    public Path bin() {
        return binaries.folder().resolve("bin");
    }

    @Override
    public void close() {
        server.stop(Shutdown.IMMEDIATE);
        server.close();
        repository.close();
    }

    static boolean exists(Path path) {
        return Files.exists(path);
    }
}
