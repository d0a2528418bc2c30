package io.holdfast.postgres.restore;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Overlay;
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

    PartCopier(Repository repository, CopyTally tally) {
        this.packs = new PackReader(repository.objects());
        this.sameness = repository.sameness();
        this.tally = tally;
    }

    void copy(List<FileParts> parts) {
        parts.forEach(this::copy);
    }

    private void copy(FileParts parts) {
        try (var channel = FileChannel.open(parts.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long offset = parts.offset();
            for (var extent : parts.extents()) {
                if (parts.compare()
                        && parts.overlays().isEmpty()
                        && isSame(channel, offset, extent.length(), extent.hash())) {
                    tally.kept(extent.length());
                } else {
                    load(extent.frame());
                    write(channel, offset, ByteBuffer.wrap(frame, extent.offset(), extent.length()));
                    tally.copied(extent.length());
                }
                offset += extent.length();
            }
            for (var overlay : parts.overlays()) {
                apply(channel, overlay, parts.blockSize());
            }
        } catch (IOException e) {
            throw RestoreException.io("write", parts.file(), e);
        }
    }

    private void apply(FileChannel channel, Overlay overlay, int blockSize) throws IOException {
        load(overlay.frame());
        int at = 0;
        for (int block : overlay.blocks()) {
            int length = Math.min(blockSize, overlay.frame().location().plainLength() - at);
            write(channel, (long) block * blockSize, ByteBuffer.wrap(frame, at, length));
            at += length;
        }
        tally.copied(at);
    }

    private boolean isSame(FileChannel channel, long offset, int length, io.holdfast.repository.pack.ContentHash hash)
            throws IOException {
        if (existing.length < length) {
            existing = new byte[length];
        }
        var target = ByteBuffer.wrap(existing, 0, length);
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                return false;
            }
        }
        return sameness.of(existing, 0, length).equals(hash);
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
