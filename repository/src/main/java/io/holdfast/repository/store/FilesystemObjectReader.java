package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.disk.ReadableFile;
import java.nio.ByteBuffer;

/** An object of a {@link FilesystemStore}, read at any position. Thread-safe. */
final class FilesystemObjectReader implements ObjectReader {

    private final DiskProblems problems;
    private final ObjectKey key;
    private final ReadableFile file;
    private final long size;

    FilesystemObjectReader(DiskProblems problems, ObjectKey key, ReadableFile file) {
        this.problems = problems;
        this.key = key;
        this.file = file;
        this.size = file.size();
    }

    @Override
    public ObjectKey key() {
        return key;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        problems.attempt("read object '" + key + "'", () -> {
            var position = offset;
            while (target.hasRemaining()) {
                var count = file.read(position, target);
                if (count < 0) {
                    throw endsEarly(position + target.remaining());
                }
                position += count;
            }
        });
    }

    @Override
    public void close() {
        problems.attempt("close object '" + key + "'", file::close);
    }

    private StoreException endsEarly(long wanted) {
        return new StoreException(
                "object '%s' has %d bytes, %d are needed".formatted(key, size, wanted),
                "it was cut short, or what refers to it is damaged: run 'holdfast info' to see what it costs",
                ProblemKind.DAMAGED,
                null);
    }
}
