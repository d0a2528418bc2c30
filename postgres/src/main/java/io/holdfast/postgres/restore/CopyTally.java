package io.holdfast.postgres.restore;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is copied. Thread-safe. */
final class CopyTally {

    private final RestoreProgress progress;
    private final AtomicLong files = new AtomicLong();
    private final LongAdder copied = new LongAdder();
    private final LongAdder kept = new LongAdder();

    CopyTally(RestoreProgress progress) {
        this.progress = progress;
    }

    void file() {
        files.incrementAndGet();
    }

    void copied(long bytes) {
        copied.add(bytes);
        progress.advanced(bytes);
    }

    void kept(long bytes) {
        kept.add(bytes);
        progress.advanced(bytes);
    }

    long files() {
        return files.get();
    }

    long copiedBytes() {
        return copied.sum();
    }

    long keptBytes() {
        return kept.sum();
    }
}
