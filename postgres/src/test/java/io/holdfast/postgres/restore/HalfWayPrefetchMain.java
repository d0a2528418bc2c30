package io.holdfast.postgres.restore;

import io.holdfast.postgres.restore.replay.WalPrefetch;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectReader;
import io.holdfast.repository.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A prefetcher that ends as by SIGKILL, once: when it reads on while a file that it writes has a part of a segment. The file
 * {@code killed-half-way} in PGDATA says which.
 */
final class HalfWayPrefetchMain {

    private static final long SEGMENT = 1 << 20;

    private HalfWayPrefetchMain() {}

    public static void main(String[] arguments) {
        var state = Path.of(arguments[1]);
        new WalPrefetch(state, Thread::sleep).run(reference -> {
            var store = FilesystemStore.openForReading(
                    new LocalDisk(), Path.of(reference.location()), InstantSource.system());
            return Repository.open(mortal(ObjectStore.class, store, state), KeyFileKey.read(Path.of(reference.key())));
        });
    }

    private static <T> T mortal(Class<T> type, T inner, Path state) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, given) -> {
            dieHalfWay(state);
            try {
                var result = method.invoke(inner, given);
                return result instanceof ObjectReader reader ? mortal(ObjectReader.class, reader, state) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static void dieHalfWay(Path state) {
        var grave = state.resolveSibling("killed-half-way");
        if (Files.exists(grave) || !Files.isDirectory(state.resolve("wal"))) {
            return;
        }
        try (var files = Files.newDirectoryStream(state.resolve("wal"))) {
            for (var file : files) {
                long size = Files.size(file);
                if (size > 0 && size < SEGMENT) {
                    Files.writeString(grave, file.getFileName().toString());
                    Runtime.getRuntime().halt(137);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
