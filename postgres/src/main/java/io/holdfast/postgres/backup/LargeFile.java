package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A file that several copiers work on. Whoever finishes its last task writes its map. Thread-safe.
 */
final class LargeFile {

    private final SourceFile source;
    private final CatalogueWriter.Slot slot;
    private final AtomicReferenceArray<Extent> extents;
    private final AtomicInteger tasksLeft;
    private volatile boolean vanished;

    LargeFile(SourceFile source, CatalogueWriter.Slot slot, int frames, int tasks) {
        this.source = source;
        this.slot = slot;
        this.extents = new AtomicReferenceArray<>(frames);
        this.tasksLeft = new AtomicInteger(tasks);
    }

    SourceFile source() {
        return source;
    }

    void extent(int frame, Extent extent) {
        extents.set(frame, extent);
    }

    /** The server dropped it while it was copied: recovery drops it, too. */
    void vanished() {
        vanished = true;
    }

    void taskDone(CatalogueWriter catalogue, int blockSize) {
        if (tasksLeft.decrementAndGet() > 0) {
            return;
        }
        if (vanished) {
            slot.drop();
            return;
        }
        var all = new Extent[extents.length()];
        Arrays.setAll(all, extents::get);
        slot.fill(new FileEntry.File(
                source.path(),
                source.mode(),
                source.modified(),
                source.size(),
                content(List.of(all), catalogue, blockSize)));
    }

    private static Content content(List<Extent> extents, CatalogueWriter catalogue, int blockSize) {
        return extents.size() == 1
                ? new Content.Single(extents.getFirst())
                : new Content.Mapped(catalogue.store(new FrameMap(blockSize, extents, List.of())));
    }
}
