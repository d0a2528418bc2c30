package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Overlay;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.pack.SamenessHash;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Brings the changed blocks of one file upon what the parent has of it. Where a frame would be gathered from too many places,
 * it is stored whole ({@link PatchPlan}). Shares a copier's thread and buffers.
 */
final class BlockCopier {

    private final CopySettings settings;
    private final CatalogueWriter catalogue;
    private final PackWriter packs;
    private final PackReader parent;
    private final SamenessHash sameness;
    private final CopyTally tally;
    private final SourceReader reader;
    private final byte[] frame;

    BlockCopier(
            CopySettings settings,
            CatalogueWriter catalogue,
            PackWriter packs,
            PackReader parent,
            SamenessHash sameness,
            CopyTally tally,
            SourceReader reader,
            byte[] frame) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.packs = packs;
        this.parent = parent;
        this.sameness = sameness;
        this.tally = tally;
        this.reader = reader;
        this.frame = frame;
    }

    /** Whether it could be done: not if what the parent has of the file is damaged. */
    boolean copy(CopyTask.Blocks task) {
        var content = task.plan().prior().content();
        var prior = tally.parentDamage()
                .unlessDamaged(() -> Optional.of(PriorMap.of(content, 0, settings.pageSize(), parent)
                        .orElseThrow(() -> new IllegalStateException(
                                "no blocks can be laid upon " + task.source().path()))));
        prior.ifPresent(before -> copy(task, before));
        return prior.isPresent();
    }

    private void copy(CopyTask.Blocks task, PriorMap prior) {
        var source = task.source();
        var plan = PatchPlan.of(prior, source.size(), task.plan().changed(), settings);
        try (var channel = FileChannel.open(source.file())) {
            var extents = extents(channel, source, prior, plan);
            var overlays = overlays(channel, source, plan);
            int inFrame = settings.frameSize() / settings.pageSize();
            var next = prior.map().revised(extents, block -> plan.frames().get(block / inFrame), overlays);
            tally.changedBlocks(plan.changed().cardinality());
            task.slot().fill(source.entry(source.size(), content(prior, next)));
        } catch (NoSuchFileException _) {
            task.slot().drop();
        } catch (IOException e) {
            throw new UnreadableSourceException(source.file(), e);
        }
    }

    private Content content(PriorMap prior, FrameMap next) {
        if (next.extents().size() == 1 && next.overlays().isEmpty()) {
            return new Content.Single(next.extents().getFirst());
        }
        return new Content.Mapped(
                List.of(prior.ifUnchanged(next).orElseGet(() -> catalogue.store(prior.encodeNext(next)))));
    }

    private List<Extent> extents(FileChannel channel, SourceFile source, PriorMap prior, PatchPlan plan)
            throws IOException {
        var extents = new ArrayList<Extent>();
        int frames = Math.toIntExact(Math.ceilDiv(source.size(), settings.frameSize()));
        for (int number = 0; number < frames; number++) {
            extents.add(
                    plan.frames().get(number)
                            ? whole(channel, source, number, plan.changed())
                            : prior.map().extents().get(number));
        }
        return extents;
    }

    private Extent whole(FileChannel channel, SourceFile source, int number, BitSet changed) throws IOException {
        long offset = (long) number * settings.frameSize();
        int length = (int) Math.min(settings.frameSize(), source.size() - offset);
        int consolidated = read(channel, source, Math.toIntExact(offset / settings.pageSize()), length, 0, changed);
        var stored = packs.append(frame, 0, length);
        tally.consolidated(stored.location().storedLength(), consolidated, length);
        return new Extent(stored, 0, length, sameness.of(frame, 0, length));
    }

    private List<Overlay> overlays(FileChannel channel, SourceFile source, PatchPlan plan) throws IOException {
        var overlays = new ArrayList<Overlay>();
        int most = settings.frameSize() / settings.pageSize();
        var blocks = new ArrayList<Integer>();
        int next = plan.overlaid().nextSetBit(0);
        while (next >= 0) {
            blocks.add(next);
            next = plan.overlaid().nextSetBit(next + 1);
            if (blocks.size() == most || next < 0) {
                overlays.add(overlay(channel, source, blocks, plan.changed()));
                blocks.clear();
            }
        }
        return overlays;
    }

    private Overlay overlay(FileChannel channel, SourceFile source, List<Integer> blocks, BitSet changed)
            throws IOException {
        int size = settings.pageSize();
        int at = 0;
        int consolidated = 0;
        for (int first = 0; first < blocks.size(); ) {
            int end = first + 1;
            while (end < blocks.size() && blocks.get(end) == blocks.get(end - 1) + 1) {
                end++;
            }
            int length = (end - first) * size;
            consolidated += read(channel, source, blocks.get(first), length, at, changed);
            at += length;
            first = end;
        }
        var stored = packs.append(frame, 0, at);
        tally.consolidated(stored.location().storedLength(), consolidated, at);
        return Overlay.of(stored, sameness.of(frame, 0, at), blocks);
    }

    /**
     * Reads consecutive blocks, changed and unchanged ones apart so that they are counted apart.
     *
     * @return bytes of unchanged ones
     */
    private int read(FileChannel channel, SourceFile source, int first, int length, int at, BitSet changed)
            throws IOException {
        int size = settings.pageSize();
        int end = first + length / size;
        int consolidated = 0;
        for (int block = first; block < end; ) {
            boolean isChanged = changed.get(block);
            int next = isChanged ? changed.nextClearBit(block) : changed.nextSetBit(block);
            int stop = next < 0 ? end : Math.min(end, next);
            int bytes = (stop - block) * size;
            reader.read(
                    channel,
                    source,
                    (long) block * size,
                    frame,
                    at + (block - first) * size,
                    bytes,
                    isChanged ? ReadReason.CHANGED : ReadReason.CONSOLIDATED);
            consolidated += isChanged ? 0 : bytes;
            block = stop;
        }
        return consolidated;
    }
}
