package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A file that several copiers work on. Whoever finishes its last task writes its maps. Thread-safe.
 */
final class LargeFile {

    private final SourceFile source;
    private final FilePlan.Whole plan;
    private final CatalogueWriter.Slot slot;
    private final AtomicReferenceArray<Extent> extents;
    private final AtomicInteger tasksLeft;
    private final Map<Integer, Optional<PriorMap>> priorMaps = new HashMap<>();
    private volatile boolean vanished;

    LargeFile(SourceFile source, FilePlan.Whole plan, CatalogueWriter.Slot slot, int frames, int tasks) {
        this.source = source;
        this.plan = plan;
        this.slot = slot;
        this.extents = new AtomicReferenceArray<>(frames);
        this.tasksLeft = new AtomicInteger(tasks);
    }

    SourceFile source() {
        return source;
    }

    ReadReason reason() {
        return plan.reason();
    }

    /** The parent's map with this index. Each is read once. */
    synchronized Optional<PriorMap> prior(int index, int blockSize, PackReader packs, ParentDamage damage) {
        return priorMaps.computeIfAbsent(
                index,
                i -> plan.prior()
                        .flatMap(file -> damage.unlessDamaged(() -> PriorMap.of(file.content(), i, blockSize, packs))));
    }

    void extent(int frame, Extent extent) {
        extents.set(frame, extent);
    }

    /** The server dropped it while it was copied: recovery drops it, too. */
    void vanished() {
        vanished = true;
    }

    void taskDone(CatalogueWriter catalogue, int blockSize, PackReader packs, ParentDamage damage) {
        if (tasksLeft.decrementAndGet() > 0) {
            return;
        }
        if (vanished) {
            slot.drop();
            return;
        }
        slot.fill(source.entry(source.size(), content(catalogue, blockSize, packs, damage)));
    }

    private Content content(CatalogueWriter catalogue, int blockSize, PackReader packs, ParentDamage damage) {
        var all = new Extent[extents.length()];
        Arrays.setAll(all, extents::get);
        if (all.length == 1) {
            return new Content.Single(all[0]);
        }
        var maps = new ArrayList<FrameReference>();
        for (int first = 0; first < all.length; first += FrameMap.MOST_EXTENTS) {
            var some = List.of(all).subList(first, Math.min(first + FrameMap.MOST_EXTENTS, all.length));
            var prior = prior(first / FrameMap.MOST_EXTENTS, blockSize, packs, damage);
            maps.add(store(catalogue, blockSize, prior, some));
        }
        return new Content.Mapped(maps);
    }

    /** Every frame was read whole and has an extent that holds just that, so no overlay of before is in force. */
    private static FrameReference store(
            CatalogueWriter catalogue, int blockSize, Optional<PriorMap> prior, List<Extent> extents) {
        var next = new FrameMap(blockSize, extents, List.of());
        return prior.flatMap(before -> before.ifUnchanged(next))
                .orElseGet(() -> catalogue.store(
                        prior.map(before -> before.encodeNext(next)).orElseGet(next::encode)));
    }
}
