package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.pack.SamenessHash;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One worker of a backup: reads, verifies pages, hashes, and stores in packs of its own what the parent does not have. Confined to one
 * thread.
 */
final class Copier implements AutoCloseable {

    private final CopySettings settings;
    private final CatalogueWriter catalogue;
    private final PackWriter packs;
    private final PackReader parent;
    private final SamenessHash sameness;
    private final CopyTally tally;
    private final SourceReader reader;
    private final BlockCopier blocks;
    private final byte[] frame;
    private final byte[] zeros;

    /** The first whole frame of zeros: what a relation was extended by and has not used yet is stored once. */
    private Optional<Extent> empty = Optional.empty();

    /** @param parent reads the frame maps of the parent */
    Copier(
            CopySettings settings,
            CatalogueWriter catalogue,
            PackWriter packs,
            PackReader parent,
            SamenessHash sameness,
            CopyTally tally) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.packs = packs;
        this.parent = parent;
        this.sameness = sameness;
        this.tally = tally;
        this.reader = new SourceReader(settings, tally);
        this.frame = new byte[settings.frameSize()];
        this.zeros = new byte[settings.frameSize()];
        this.blocks = new BlockCopier(settings, catalogue, packs, parent, sameness, tally, reader, frame);
    }

    void copy(CopyTask task) {
        switch (task) {
            case CopyTask.Small small -> copySmall(small.files());
            case CopyTask.Frames frames -> copyFrames(frames);
            case CopyTask.Blocks patch -> {
                if (!blocks.copy(patch)) {
                    copyFrames(whole(patch));
                }
            }
        }
    }

    /** What the parent has of the file cannot be read. */
    private CopyTask.Frames whole(CopyTask.Blocks patch) {
        int frames = Math.toIntExact(Math.ceilDiv(patch.source().size(), settings.frameSize()));
        var plan = new FilePlan.Whole(ReadReason.COMPARED, Optional.empty());
        return new CopyTask.Frames(new LargeFile(patch.source(), plan, patch.slot(), frames, 1), 0, frames);
    }

    void finish() {
        packs.finish();
        tally.stored(packs.storedBytes());
    }

    private void copyFrames(CopyTask.Frames task) {
        var source = task.file().source();
        try (var channel = FileChannel.open(source.file())) {
            var prior = task.file()
                    .prior(task.first() / FrameMap.MOST_EXTENTS, settings.pageSize(), parent, tally.parentDamage());
            for (int number = task.first(); number < task.first() + task.count(); number++) {
                long offset = (long) number * settings.frameSize();
                int length = (int) Math.min(settings.frameSize(), source.size() - offset);
                reader.read(
                        channel, source, offset, frame, 0, length, task.file().reason());
                int inMap = number % FrameMap.MOST_EXTENTS;
                var before = prior.flatMap(map -> map.extent(inMap, length)).filter(this::stays);
                task.file().extent(number, extent(task.file().reason(), length, before));
            }
        } catch (NoSuchFileException _) {
            task.file().vanished();
        } catch (IOException e) {
            throw new UnreadableSourceException(source.file(), e);
        }
        task.file().taskDone(catalogue, settings.pageSize(), parent, tally.parentDamage());
    }

    private Extent extent(ReadReason reason, int length, Optional<Extent> before) {
        var extent = isZeros(length) ? storeZeros(before) : store(length, before);
        if (reason == ReadReason.CONSOLIDATED && before.filter(extent::equals).isEmpty()) {
            tally.consolidated(extent.frame().location().storedLength(), length, length);
        }
        return extent;
    }

    /** Whether it may be shared with the parent. */
    private boolean stays(Extent extent) {
        return settings.stays(extent.frame());
    }

    private boolean isZeros(int length) {
        return length == frame.length && Arrays.equals(frame, zeros);
    }

    private Extent storeZeros(Optional<Extent> before) {
        if (empty.isEmpty()) {
            empty = Optional.of(store(frame.length, before));
        }
        var stored = empty.get();
        return before.filter(extent -> extent.hash().equals(stored.hash())).orElse(stored);
    }

    /** Unless the parent has the same there. */
    private Extent store(int length, Optional<Extent> before) {
        var hash = sameness.of(frame, 0, length);
        return before.filter(extent -> extent.hash().equals(hash))
                .orElseGet(() -> new Extent(packs.append(frame, 0, length), 0, length, hash));
    }

    private void copySmall(List<CopyTask.SmallFile> files) {
        record Placed(CopyTask.SmallFile file, int offset, int length, ContentHash hash) {}
        var placed = new ArrayList<Placed>();
        int used = 0;
        int spare = settings.frameSize();
        for (var file : files) {
            spare -= (int) file.source().size();
        }
        for (var file : files) {
            int length = readSmall(file, used, spare);
            if (length < 0) {
                file.slot().drop();
            } else if (length == 0) {
                file.slot().fill(file.source().entry(0, new Content.Empty()));
            } else {
                spare -= Math.max(0, length - (int) file.source().size());
                var hash = sameness.of(frame, used, length);
                var same = inParent(file.plan(), length, hash);
                if (same.isPresent()) {
                    file.slot().fill(file.source().entry(length, new Content.Single(same.get())));
                } else {
                    placed.add(new Placed(file, used, length, hash));
                    used += length;
                }
            }
        }
        if (placed.isEmpty()) {
            return;
        }
        var stored = packs.append(frame, 0, used);
        for (var one : placed) {
            var extent = new Extent(stored, one.offset(), one.length(), one.hash());
            one.file().slot().fill(one.file().source().entry(one.length(), new Content.Single(extent)));
        }
    }

    private Optional<Extent> inParent(FilePlan.Whole plan, int length, ContentHash hash) {
        return plan.prior()
                .flatMap(file -> file.content() instanceof Content.Single single
                        ? Optional.of(single.extent())
                        : Optional.empty())
                .filter(extent -> extent.length() == length && extent.hash().equals(hash) && stays(extent));
    }

    /**
     * Relations are copied as long as they were listed; configuration and the like, which may have been replaced since, as
     * long as they are now.
     *
     * @param spare by how much a file may have grown
     * @return bytes; negative if the file has vanished
     */
    private int readSmall(CopyTask.SmallFile file, int at, int spare) {
        var source = file.source();
        int listed = (int) source.size();
        if (listed == 0 && source.relation().isPresent()) {
            return 0;
        }
        try (var channel = FileChannel.open(source.file())) {
            if (source.relation().isPresent()) {
                reader.read(channel, source, 0, frame, at, listed, file.plan().reason());
                return listed;
            }
            int length = (int) Math.min(channel.size(), listed + spare);
            return reader.read(
                    channel, source, 0, frame, at, length, file.plan().reason());
        } catch (NoSuchFileException _) {
            return -1;
        } catch (IOException e) {
            throw new UnreadableSourceException(source.file(), e);
        }
    }

    @Override
    public void close() {
        packs.close();
        parent.close();
    }
}
