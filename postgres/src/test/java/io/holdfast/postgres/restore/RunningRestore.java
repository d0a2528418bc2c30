package io.holdfast.postgres.restore;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A backup that the product has restored, for tests of other packages: a server that has recovered and been promoted. */
public final class RunningRestore implements AutoCloseable {

    private final Path folder;
    private final RestoredCluster cluster;

    private RunningRestore(Path folder, RestoredCluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    /**
     * Restores into a new folder.
     *
     * @param with what is special about the request
     * @param settings with which the server is started
     */
    public static RunningRestore anew(
            Repository repository,
            RepositoryReference reference,
            RecoveryTarget target,
            UnaryOperator<RestoreRequest> with,
            PostgresBinaries binaries,
            Map<String, String> settings) {
        var folder = newFolder();
        var request = RestoreRequest.of(folder.resolve("restored"), target, reference, List.of("false"));
        return new RunningRestore(folder, start(repository, with.apply(request), binaries, folder, settings));
    }

    /** Restores upon the data directory of a stopped server. */
    public static RunningRestore inPlace(
            Repository repository,
            RepositoryReference reference,
            RecoveryTarget target,
            UnaryOperator<RestoreRequest> with,
            Path directory,
            PostgresBinaries binaries,
            Map<String, String> settings) {
        var folder = newFolder();
        var request = RestoreRequest.of(directory, target, reference, List.of("false"))
                .withDelta();
        return new RunningRestore(folder, start(repository, with.apply(request), binaries, folder, settings));
    }

    private static RestoredCluster start(
            Repository repository,
            RestoreRequest request,
            PostgresBinaries binaries,
            Path folder,
            Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.putAll(Map.of("listen_addresses", "", "port", "5999", "unix_socket_directories", folder.toString()));
        var how = new ServerStart(binaries.folder().resolve("bin"), all);
        var wanted = request.withAction(TargetAction.PROMOTE).withJobs(2).withStart(how);
        var result = new Restore(repository, wanted, RestoreProgress.NONE, InstantSource.system(), Thread::sleep).run();
        return RestoredCluster.ofRunning(result, request.directory());
    }

    private static Path newFolder() {
        try {
            var folder = Files.createTempDirectory("holdfast it ");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            UnprivilegedUser.current().own(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ConnectionSettings connection() {
        return cluster.settings();
    }

    public Path directory() {
        return cluster.directory;
    }

    /** Stops the server and leaves its files. */
    public void stop() {
        cluster.close();
    }

    @Override
    public void close() {
        cluster.close();
        try {
            new FolderSweep(false, _ -> false).clear(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
