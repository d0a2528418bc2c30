package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.pack.SamenessHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One worker of a backup: reads, verifies pages, hashes, and stores frames in packs of its own. Confined to one thread. */
final class Copier implements AutoCloseable {

    private final CopySettings settings;
    private final CatalogueWriter catalogue;
    private final PackWriter packs;
    private final SamenessHash sameness;
    private final CopyTally tally;
    private final byte[] frame;
    private final byte[] second;

    Copier(CopySettings settings, CatalogueWriter catalogue, PackWriter packs, SamenessHash sameness, CopyTally tally) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.packs = packs;
        this.sameness = sameness;
        this.tally = tally;
        this.frame = new byte[settings.frameSize()];
        this.second = new byte[settings.pageSize()];
    }

    void copy(CopyTask task) {
        switch (task) {
            case CopyTask.Small small -> copySmall(small.files());
            case CopyTask.Frames frames -> copyFrames(frames);
        }
    }

    void finish() {
        packs.finish();
        tally.stored(packs.storedBytes());
    }

    private void copyFrames(CopyTask.Frames task) {
        var source = task.file().source();
        try (var channel = FileChannel.open(source.file())) {
            for (int number = task.first(); number < task.first() + task.count(); number++) {
                long offset = (long) number * settings.frameSize();
                int length = (int) Math.min(settings.frameSize(), source.size() - offset);
                read(channel, source, offset, 0, length);
                var stored = packs.append(frame, 0, length);
                task.file().extent(number, new Extent(stored, 0, length, sameness.of(frame, 0, length)));
            }
        } catch (NoSuchFileException _) {
            task.file().vanished();
        } catch (IOException e) {
            throw new UnreadableSourceException(source.file(), e);
        }
        task.file().taskDone(catalogue, settings.pageSize());
    }

    private void copySmall(List<CopyTask.SmallFile> files) {
        record Placed(CopyTask.SmallFile file, int offset) {}
        var placed = new ArrayList<Placed>();
        int used = 0;
        for (var file : files) {
            int length = (int) file.source().size();
            if (length == 0) {
                file.slot().fill(entry(file.source(), new Content.Empty()));
            } else if (readSmall(file.source(), used, length)) {
                placed.add(new Placed(file, used));
                used += length;
            } else {
                file.slot().drop();
            }
        }
        if (placed.isEmpty()) {
            return;
        }
        var stored = packs.append(frame, 0, used);
        for (var one : placed) {
            var source = one.file().source();
            int length = (int) source.size();
            var hash = sameness.of(frame, one.offset(), length);
            one.file().slot().fill(entry(source, new Content.Single(new Extent(stored, one.offset(), length, hash))));
        }
    }

    private boolean readSmall(SourceFile source, int at, int length) {
        try (var channel = FileChannel.open(source.file())) {
            read(channel, source, 0, at, length);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw new UnreadableSourceException(source.file(), e);
        }
    }

    private static FileEntry entry(SourceFile source, Content content) {
        return new FileEntry.File(source.path(), source.mode(), source.modified(), source.size(), content);
    }

    /** What is missing because the file has shrunk is zeros, as in PostgreSQL's own base backup; recovery cuts it. */
    private void read(FileChannel channel, SourceFile source, long offset, int at, int length) throws IOException {
        settings.throttle().pass(length);
        int read = readFully(channel, offset, ByteBuffer.wrap(frame, at, length));
        Arrays.fill(frame, at + read, at + length, (byte) 0);
        tally.read(read);
        var verifier = settings.verifier();
        if (verifier.isPresent() && source.relation().isPresent()) {
            verify(verifier.get(), channel, source, source.relation().get(), offset, at, read);
        }
    }

    private void verify(
            PageVerifier verifier,
            FileChannel channel,
            SourceFile source,
            RelationFile relation,
            long offset,
            int at,
            int length)
            throws IOException {
        int pageSize = settings.pageSize();
        // What is left over at the end of a file is a page that the server is about to write.
        for (int page = 0; page + pageSize <= length; page += pageSize) {
            long block = (long) relation.segment() * settings.segmentBlocks() + (offset + page) / pageSize;
            if (!verifier.isSound(frame, at + page, block) && isSameWhenReadAgain(channel, offset + page, at + page)) {
                tally.damaged(new DamagedPage(source.path().text(), block));
            }
        }
    }

    private boolean isSameWhenReadAgain(FileChannel channel, long offset, int at) throws IOException {
        int read = readFully(channel, offset, ByteBuffer.wrap(second));
        return Arrays.equals(frame, at, at + read, second, 0, read) && read == second.length;
    }

    private static int readFully(FileChannel channel, long offset, ByteBuffer target) throws IOException {
        int read = 0;
        while (target.hasRemaining()) {
            int count = channel.read(target, offset + read);
            if (count < 0) {
                break;
            }
            read += count;
        }
        return read;
    }

    @Override
    public void close() {
        packs.close();
    }
}
