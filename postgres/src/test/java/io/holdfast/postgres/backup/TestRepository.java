package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A repository in a folder of its own, and backups into it. Closing it leaves nothing. */
final class TestRepository implements AutoCloseable {

    static final MemberName MEMBER = new MemberName("primary");

    private final Path folder;
    private final Repository repository;

    private TestRepository(Path folder, Repository repository) {
        this.folder = folder;
        this.repository = repository;
    }

    static TestRepository create() {
        return create(store -> store);
    }

    /** With something between the repository and its store. */
    static TestRepository create(UnaryOperator<ObjectStore> between) {
        try {
            var folder = Files.createTempDirectory("holdfast repository");
            var store = FilesystemStore.create(new LocalDisk(), folder.resolve("store"), InstantSource.system());
            var random = new SecureRandom();
            var key = KeyFileKey.generate(folder.resolve("key"), random);
            return new TestRepository(
                    folder,
                    Repository.initialise(between.apply(store), "under-test", key, InstantSource.system(), random));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Repository repository() {
        return repository;
    }

    /** As a restore needs it. */
    RepositoryReference reference() {
        return new RepositoryReference(
                folder.resolve("store").toString(), folder.resolve("key").toString());
    }

    /** A request with quick answers: two copiers, half a minute for WAL. */
    static BackupRequest request(TestCluster cluster) {
        return BackupRequest.of(cluster.connection(), MEMBER).withJobs(2).withWalTimeout(Duration.ofSeconds(30));
    }

    Manifest backUp(TestCluster cluster) {
        return backUp(request(cluster), BackupProgress.NONE);
    }

    /** Upon the newest backup of the cluster's history. */
    Manifest incremental(TestCluster cluster) {
        return backUp(request(cluster).withKind(BackupId.Kind.INCREMENTAL), BackupProgress.NONE);
    }

    Manifest backUp(BackupRequest request, BackupProgress progress) {
        return new BaseBackup(repository, request, progress, InstantSource.system(), Thread::sleep).take();
    }

    Map<String, FileEntry> entries(Manifest manifest) {
        try (var entries = repository.manifests().entries(manifest)) {
            return entries.collect(Collectors.toMap(entry -> entry.path().text(), Function.identity()));
        }
    }

    static FileEntry.File file(Map<String, FileEntry> entries, String path) {
        return (FileEntry.File) Objects.requireNonNull(entries.get(path), path);
    }

    /** Paths in the order of the catalogue. */
    List<String> paths(Manifest manifest) {
        try (var entries = repository.manifests().entries(manifest)) {
            return entries.map(entry -> entry.path().text()).toList();
        }
    }

    @Override
    public void close() {
        repository.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
