package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Looks at every page of every relation of a cluster that was shut down: there is nobody who could be in the middle of
 * writing one, so a checksum that does not hold is damage.
 */
public final class PageSweep {

    private static final int PAGES_READ = 128;
    private static final int MOST_REPORTED = 1000;

    /** Later than every page. */
    private static final Lsn NEVER = new Lsn(-1);

    private final Path data;
    private final int segmentBlocks;
    private final int jobs;
    private final PageVerifier verifier;

    /**
     * Of a data directory with its tablespaces.
     *
     * @param segmentBlocks blocks in a full file of a relation
     * @param jobs files that are read at once
     */
    public PageSweep(Path data, int pageSize, int segmentBlocks, int jobs) {
        this.data = data;
        this.segmentBlocks = segmentBlocks;
        this.jobs = jobs;
        this.verifier = new PageVerifier(pageSize, NEVER);
    }

    /**
     * What was seen.
     *
     * @param pages all of them
     * @param damaged the first thousand that are damaged
     * @param damagedCount all that are damaged
     */
    public record Found(long pages, List<DamagedPage> damaged, long damagedCount) {

        public Found {
            damaged = List.copyOf(damaged);
        }

        private Found plus(Found other) {
            var both = Stream.concat(damaged.stream(), other.damaged.stream())
                    .limit(MOST_REPORTED)
                    .toList();
            return new Found(pages + other.pages, both, damagedCount + other.damagedCount);
        }
    }

    /**
     * Reads them all.
     *
     * @throws io.holdfast.problem.HoldfastException if a file cannot be read: that says nothing of its pages
     */
    public Found look() throws InterruptedException {
        try (var threads = Executors.newFixedThreadPool(jobs)) {
            try {
                var files = files().stream()
                        .map(file -> threads.submit(() -> look(file)))
                        .toList();
                var found = new Found(0, List.of(), 0);
                for (var file : files) {
                    found = found.plus(answer(file));
                }
                return found;
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static Found answer(Future<Found> file) throws InterruptedException {
        try {
            return file.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException problem ? problem : new IllegalStateException(e);
        }
    }

    /** In the order of their paths. Links lead to tablespaces, so they are followed. */
    private List<Path> files() {
        var found = new ArrayList<Path>();
        for (var place : List.of("base", "global", "pg_tblspc")) {
            try (var files = Files.walk(data.resolve(place), FileVisitOption.FOLLOW_LINKS)) {
                files.filter(file -> RelationPath.of(nameOf(file)).isPresent() && Files.isRegularFile(file))
                        .forEach(found::add);
            } catch (IOException e) {
                throw new UnreadableSourceException(data.resolve(place), e);
            } catch (UncheckedIOException e) {
                throw new UnreadableSourceException(data.resolve(place), new IOException(e));
            }
        }
        found.sort(null);
        return found;
    }

    private String nameOf(Path file) {
        return "data/" + PathBytes.of(data.relativize(file));
    }

    private Found look(Path file) {
        var name = RelationFile.of(file.getFileName().toString()).orElseThrow();
        int pageSize = verifier.pageSize();
        var bytes = new byte[pageSize * PAGES_READ];
        long block = (long) name.segment() * segmentBlocks;
        long pages = 0;
        var damaged = new ArrayList<DamagedPage>();
        long damagedCount = 0;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (true) {
                int read = fill(channel, bytes) / pageSize;
                for (int page = 0; page < read; page++) {
                    if (verifier.lookAt(bytes, page * pageSize, block + page) != PageVerifier.Look.SOUND) {
                        damagedCount++;
                        if (damaged.size() < MOST_REPORTED) {
                            damaged.add(DamagedPage.of(nameOf(file), block + page));
                        }
                    }
                }
                pages += read;
                block += read;
                if (read < PAGES_READ) {
                    // A part of a page at the end does not count for the server either.
                    return new Found(pages, damaged, damagedCount);
                }
            }
        } catch (NoSuchFileException _) {
            return new Found(pages, damaged, damagedCount);
        } catch (IOException e) {
            throw new UnreadableSourceException(file, e);
        }
    }

    private static int fill(FileChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Reads on.
        }
        return buffer.position();
    }
}
