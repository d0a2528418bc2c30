package io.holdfast.postgres.restore;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.restore.replay.WalPrefetch;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import java.nio.file.Path;
import java.time.InstantSource;

/** The prefetcher as a program of its own, as the command line starts it. */
final class PrefetchMain {

    private PrefetchMain() {}

    public static void main(String[] arguments) {
        new WalPrefetch(Path.of(arguments[1]), Thread::sleep, UnprivilegedUser.current())
                .run(reference -> Repository.open(
                        FilesystemStore.openForReading(
                                new LocalDisk(), Path.of(reference.location()), InstantSource.system()),
                        KeyFileKey.read(Path.of(reference.key()))));
    }
}
