package io.holdfast.postgres.restore;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.Overlay;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.pack.SamenessHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Brings parts of files from the repository to where they belong. Keeps one frame, which small files share. Confined to one thread. */
final class PartCopier implements AutoCloseable {

    private final PackReader packs;
    private final SamenessHash sameness;
    private final CopyTally tally;
    private Optional<FrameReference> loaded = Optional.empty();
    private byte[] frame = new byte[0];
    private byte[] existing = new byte[0];

    /** @param epoch of the key under which the content hashes were made */
    PartCopier(Repository repository, int epoch, CopyTally tally) {
        this.packs = new PackReader(repository.objects());
        this.sameness = repository.sameness(epoch);
        this.tally = tally;
    }

    void copy(List<FileParts> parts) {
        parts.forEach(this::copy);
    }

    private void copy(FileParts parts) {
        try (var channel = FileChannel.open(parts.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            switch (parts) {
                case FileParts.Run run -> copy(channel, run);
                case FileParts.Blocks blocks -> {
                    for (var overlay : blocks.overlays()) {
                        copy(channel, blocks, overlay);
                    }
                }
            }
        } catch (IOException e) {
            throw RestoreException.io("write", parts.file(), e);
        }
    }

    private void copy(FileChannel channel, FileParts.Run run) throws IOException {
        long within = 0;
        for (var extent : run.extents()) {
            int first = Math.toIntExact(within / run.blockSize());
            int end = Math.toIntExact(Math.ceilDiv(within + extent.length(), run.blockSize()));
            int overlaid = run.overlaid().nextSetBit(first);
            if (overlaid >= 0 && overlaid < end) {
                copyAround(channel, run, extent, within);
            } else if (run.compare() && isSame(channel, run.offset() + within, extent.length(), extent.hash())) {
                tally.kept(extent.length());
            } else {
                load(extent.frame());
                write(channel, run.offset() + within, ByteBuffer.wrap(frame, extent.offset(), extent.length()));
                tally.copied(extent.length());
            }
            within += extent.length();
        }
    }

    /** What overlays do not provide; the frame is not even read if they provide all. */
    private void copyAround(FileChannel channel, FileParts.Run run, Extent extent, long within) throws IOException {
        int size = run.blockSize();
        long end = within + extent.length();
        int block = run.overlaid().nextClearBit(Math.toIntExact(within / size));
        while ((long) block * size < end) {
            long from = Math.max(within, (long) block * size);
            int next = run.overlaid().nextSetBit(block);
            long to = next < 0 ? end : Math.min(end, (long) next * size);
            load(extent.frame());
            int at = extent.offset() + Math.toIntExact(from - within);
            int length = Math.toIntExact(to - from);
            write(channel, run.offset() + from, ByteBuffer.wrap(frame, at, length));
            tally.copied(length);
            block = next < 0
                    ? Math.toIntExact(Math.ceilDiv(end, size))
                    : run.overlaid().nextClearBit(next);
        }
    }

    private void copy(FileChannel channel, FileParts.Blocks blocks, Overlay overlay) throws IOException {
        int size = blocks.blockSize();
        if (blocks.compare() && overlay.dead().isEmpty() && isSame(channel, blocks, overlay)) {
            tally.kept(overlay.frame().location().plainLength());
            return;
        }
        load(overlay.frame());
        int plain = overlay.frame().location().plainLength();
        int at = 0;
        for (int block : overlay.blocks()) {
            int length = Math.min(size, plain - at);
            if (overlay.isAlive(block)) {
                write(channel, blocks.offset() + (long) block * size, ByteBuffer.wrap(frame, at, length));
                tally.copied(length);
            }
            at += length;
        }
    }

    /** Whether the file has these blocks already. */
    private boolean isSame(FileChannel channel, FileParts.Blocks blocks, Overlay overlay) throws IOException {
        int plain = overlay.frame().location().plainLength();
        ensureExisting(plain);
        int at = 0;
        for (int block : overlay.blocks()) {
            int length = Math.min(blocks.blockSize(), plain - at);
            if (!read(channel, blocks.offset() + (long) block * blocks.blockSize(), at, length)) {
                return false;
            }
            at += length;
        }
        return sameness.of(existing, 0, plain).equals(overlay.hash());
    }

    private boolean isSame(FileChannel channel, long offset, int length, ContentHash hash) throws IOException {
        ensureExisting(length);
        return read(channel, offset, 0, length)
                && sameness.of(existing, 0, length).equals(hash);
    }

    private void ensureExisting(int length) {
        if (existing.length < length) {
            existing = new byte[length];
        }
    }

    /** Whether the file has as much there. */
    private boolean read(FileChannel channel, long offset, int at, int length) throws IOException {
        var target = ByteBuffer.wrap(existing, at, length);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position() - at) < 0) {
                return false;
            }
        }
        return true;
    }

    private void load(FrameReference reference) {
        if (loaded.filter(reference::equals).isPresent()) {
            return;
        }
        loaded = Optional.empty();
        if (frame.length < reference.location().plainLength()) {
            frame = new byte[reference.location().plainLength()];
        }
        packs.read(reference, frame);
        loaded = Optional.of(reference);
    }

    private static void write(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
        long to = offset;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
    }

    @Override
    public void close() {
        packs.close();
    }
}
