package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A backup in a process of its own. Arguments: store, key file, folder of the server's socket, its port. Prints the name of
 * the backup and, from /proc/self/status, the most memory that the process has used.
 */
final class BackupProcess {

    private BackupProcess() {}

    public static void main(String[] arguments) throws IOException {
        var store = FilesystemStore.openForWriting(new LocalDisk(), Path.of(arguments[0]), InstantSource.system());
        var address = new ServerAddress.UnixSocket(Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        var request = BackupRequest.of(ConnectionSettings.of(address, "postgres", "postgres"), TestRepository.MEMBER)
                .withJobs(4);
        try (var repository = Repository.open(store, KeyFileKey.read(Path.of(arguments[1])))) {
            var taken = new BaseBackup(repository, request, BackupProgress.NONE, InstantSource.system(), Thread::sleep)
                    .take();
            System.out.println(taken.id());
        }
        Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .forEach(line -> System.out.println(line.replaceAll("[^0-9]", "")));
    }
}
