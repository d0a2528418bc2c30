package io.holdfast.postgres.capture;

import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** A capture in a process of its own, to be killed. Arguments: folder, port of the server. */
final class CaptureProcess {

    private CaptureProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        var folder = Path.of(arguments[0]);
        var store =
                FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("repository"), InstantSource.system());
        var repository = Repository.open(store, KeyFileKey.read(folder.resolve("key")));
        var settings = CaptureSettings.of(
                        Protected.tcp(Integer.parseInt(arguments[1])), Protected.MEMBER, folder.resolve("state"))
                .withUpload(Duration.ofMillis(50), 256 * 1024)
                .withPatience(Duration.ofSeconds(3), Duration.ofMillis(300));
        Capture.start(repository, settings, Protected.machine()).awaitEnd();
    }
}
