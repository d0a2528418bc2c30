package io.holdfast.postgres.restore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Forces trees to disk: every file, and every folder for the names in it. */
final class Durability {

    /** Forced sixteen at a time, files share the commits of a file system. */
    private static final int THREADS = 16;

    private Durability() {}

    static void force(Collection<Path> trees) throws InterruptedException {
        var failure = new AtomicReference<@Nullable IOException>();
        var room = new Semaphore(THREADS * 4);
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (var tree : trees) {
                try (var paths = Files.walk(tree.toRealPath())) {
                    for (var next = paths.iterator(); next.hasNext() && failure.get() == null; ) {
                        var path = next.next();
                        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                                || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                            room.acquire();
                            threads.execute(() -> {
                                try {
                                    force(path);
                                } catch (IOException e) {
                                    failure.compareAndSet(null, e);
                                } finally {
                                    room.release();
                                }
                            });
                        }
                    }
                } catch (UncheckedIOException e) {
                    throw RestoreException.io("force to disk", tree, Objects.requireNonNull(e.getCause()));
                } catch (IOException e) {
                    throw RestoreException.io("force to disk", tree, e);
                }
            }
        }
        var problem = failure.get();
        if (problem != null) {
            throw RestoreException.io("force to disk", trees.iterator().next(), problem);
        }
    }

    static void force(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
