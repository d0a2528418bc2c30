package io.holdfast.postgres.action;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.restore.replay.PrefetchProgram;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.runbook.action.UnusableInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A host whose repositories are folders, opened by key files. */
record TestHost(Path folder, Path bin, List<Path> searchPath) implements PostgresHost {

    private static Path path(String input, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException _) {
            throw new UnusableInputException(input, "is no path", "name one");
        }
    }

    private static Repository open(ObjectStore store, RepositoryPlace place) {
        try {
            return Repository.open(
                    store,
                    () -> KeyFileKey.read(path("key-file", place.keyFile().orElse("none"))));
        } catch (HoldfastException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public Repository openForReading(RepositoryPlace place) {
        return open(
                FilesystemStore.openForReading(
                        new LocalDisk(), path("repository", place.location()), InstantSource.system()),
                place);
    }

    @Override
    public Repository openForWriting(RepositoryPlace place) {
        return open(
                FilesystemStore.openForWriting(
                        new LocalDisk(), path("repository", place.location()), InstantSource.system()),
                place);
    }

    @Override
    public Repository openToRestore(RepositoryPlace place) {
        return openForWriting(place);
    }

    @Override
    public RepositoryReference reference(RepositoryPlace place) {
        return new RepositoryReference(place.location(), place.keyFile().orElse("none"));
    }

    @Override
    public PrefetchProgram prefetch(Path directory) {
        return PrefetchProgram.installed(List.of("false"));
    }

    @Override
    public BackupRequest backup(RepositoryPlace place) {
        return BackupRequest.of(
                ConnectionSettings.of(new ServerAddress.Tcp("localhost", 5432), "nobody", "postgres"),
                new MemberName("test"));
    }

    @Override
    public Optional<Path> stateFolder(RepositoryPlace place) {
        return Optional.of(folder.resolve("capture"));
    }

    @Override
    public Path spool(RepositoryPlace place) {
        return folder.resolve("spool");
    }

    @Override
    public Path binDirectory(int major) {
        return bin;
    }
}
