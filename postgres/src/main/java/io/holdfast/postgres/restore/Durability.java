package io.holdfast.postgres.restore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
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
        try (var forcing = new Forcing()) {
            for (var tree : trees) {
                try {
                    forcing.folder(tree.toRealPath());
                } catch (IOException e) {
                    throw RestoreException.io("force to disk", tree, e);
                }
            }
            forcing.finish();
        } catch (IOException e) {
            throw RestoreException.io("force to disk", trees.iterator().next(), e);
        }
    }

    /** What is named is forced in the background; the first failure ends it. */
    private static final class Forcing implements AutoCloseable {

        private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        private final Semaphore room = new Semaphore(THREADS * 4);
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

        void folder(Path folder) throws IOException, InterruptedException {
            try (var entries = Files.newDirectoryStream(folder)) {
                for (var entry : entries) {
                    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                        folder(entry);
                    } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                        path(entry);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw Objects.requireNonNull(e.getCause());
            } catch (AccessDeniedException e) {
                if (folder.endsWith(TargetDirectory.LOST_AND_FOUND)) {
                    // Not of this restore, or it could be read.
                    return;
                }
                throw e;
            }
            path(folder);
        }

        private void path(Path path) throws IOException, InterruptedException {
            requireNoFailure();
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

        void finish() throws IOException {
            threads.close();
            requireNoFailure();
        }

        private void requireNoFailure() throws IOException {
            var problem = failure.get();
            if (problem != null) {
                throw problem;
            }
        }

        @Override
        public void close() {
            threads.close();
        }
    }

    static void force(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
