package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.summary.ForkId;
import io.holdfast.postgres.wal.summary.RelationFork;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/** A relation in a folder, in small segments of small pages, changed as a server would: its files tell nothing of what was written. */
final class ModelledRelation {

    /** Time of the model: every write has its own, as no two writes of a real file need have. */
    private static long clock = 1_700_000_000_000L;

    private final Path folder;
    private final long number;
    private final int segmentBlocks;
    private int blocks;

    ModelledRelation(Path folder, long number, int segmentBlocks) {
        this.folder = folder;
        this.number = number;
        this.segmentBlocks = segmentBlocks;
    }

    ForkId fork() {
        return new ForkId(ForkId.DEFAULT_TABLESPACE, 5, number, RelationFork.MAIN);
    }

    int blocks() {
        return blocks;
    }

    private Path file(int segment) {
        return folder.resolve(segment == 0 ? Long.toString(number) : number + "." + segment);
    }

    /** The path under which a backup has the file of this block. */
    String pathOf(int block) {
        return "data/base/5/" + file(block / segmentBlocks).getFileName();
    }

    void create() {
        attempt(() -> Files.write(file(0), new byte[0]));
        touch(0);
        blocks = 0;
    }

    void drop() {
        for (int segment = 0; Files.exists(file(segment)); segment++) {
            int gone = segment;
            attempt(() -> {
                Files.delete(file(gone));
                return file(gone);
            });
        }
        blocks = 0;
    }

    void write(int block, byte[] page) {
        int segment = block / segmentBlocks;
        try (var file = new RandomAccessFile(file(segment).toFile(), "rw")) {
            file.seek((long) (block % segmentBlocks) * IncrementalModel.PAGE);
            file.write(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        touch(segment);
        blocks = Math.max(blocks, block + 1);
    }

    /** A part of a block behind the last one. */
    void append(byte[] part) {
        int segment = blocks / segmentBlocks;
        attempt(() -> Files.write(file(segment), part, StandardOpenOption.APPEND));
        touch(segment);
    }

    /** What remains of a segment that is cut away is an empty file. */
    void truncate(int to) {
        for (int segment = 0; Files.exists(file(segment)); segment++) {
            long size = Math.clamp(to - (long) segment * segmentBlocks, 0L, segmentBlocks);
            try (var file = new RandomAccessFile(file(segment).toFile(), "rw")) {
                if (file.length() > size * IncrementalModel.PAGE) {
                    file.setLength(size * IncrementalModel.PAGE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            touch(segment);
        }
        blocks = Math.min(blocks, to);
    }

    private void touch(int segment) {
        clock += 10;
        attempt(() -> Files.setLastModifiedTime(file(segment), FileTime.fromMillis(clock)));
    }

    private interface FileAction {

        Path run() throws IOException;
    }

    private static void attempt(FileAction action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
