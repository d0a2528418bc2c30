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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One worker of a backup: reads, verifies pages, hashes, and stores frames in packs of its own. Confined to one thread. */
final class Copier implements AutoCloseable {

    private static final int READINGS = 7;

    /** Doubled each time: about an eighth of a second for a page in all. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(2);

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
        record Placed(CopyTask.SmallFile file, int offset, int length) {}
        var placed = new ArrayList<Placed>();
        int used = 0;
        int spare = settings.frameSize();
        for (var file : files) {
            spare -= (int) file.source().size();
        }
        for (var file : files) {
            int length = readSmall(file.source(), used, spare);
            if (length < 0) {
                file.slot().drop();
            } else if (length == 0) {
                file.slot().fill(entry(file.source(), 0, new Content.Empty()));
            } else {
                placed.add(new Placed(file, used, length));
                used += length;
                spare -= Math.max(0, length - (int) file.source().size());
            }
        }
        if (placed.isEmpty()) {
            return;
        }
        var stored = packs.append(frame, 0, used);
        for (var one : placed) {
            var extent = new Extent(stored, one.offset(), one.length(), sameness.of(frame, one.offset(), one.length()));
            one.file().slot().fill(entry(one.file().source(), one.length(), new Content.Single(extent)));
        }
    }

    /**
     * Relations are copied as long as they were listed; configuration and the like, which may have been replaced since, as
     * long as they are now.
     *
     * @param spare by how much a file may have grown
     * @return bytes; negative if the file has vanished
     */
    private int readSmall(SourceFile source, int at, int spare) {
        int listed = (int) source.size();
        if (listed == 0 && source.relation().isPresent()) {
            return 0;
        }
        try (var channel = FileChannel.open(source.file())) {
            if (source.relation().isPresent()) {
                read(channel, source, 0, at, listed);
                return listed;
            }
            return read(channel, source, 0, at, (int) Math.min(channel.size(), listed + spare));
        } catch (NoSuchFileException _) {
            return -1;
        } catch (IOException e) {
            throw new UnreadableSourceException(source.file(), e);
        }
    }

    private static FileEntry entry(SourceFile source, long size, Content content) {
        return new FileEntry.File(source.path(), source.mode(), source.modified(), size, content);
    }

    /** What is missing because the file has shrunk is zeros, as in PostgreSQL's own base backup; recovery cuts it. */
    private int read(FileChannel channel, SourceFile source, long offset, int at, int length) throws IOException {
        settings.throttle().pass(length);
        int read = readFully(channel, offset, ByteBuffer.wrap(frame, at, length));
        Arrays.fill(frame, at + read, at + length, (byte) 0);
        tally.read(read);
        var verifier = settings.verifier();
        if (verifier.isPresent() && source.relation().isPresent()) {
            verify(verifier.get(), channel, source, source.relation().get(), offset, at, read);
        }
        return read;
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
            var look = verifier.lookAt(frame, at + page, block);
            if (look != PageVerifier.Look.SOUND && isSameWhenReadAgain(channel, offset + page, at + page)) {
                var found = new DamagedPage(source.path().text(), block);
                switch (look) {
                    case SOUND -> {}
                    case CHANGED -> tally.changed(found, PageVerifier.position(frame, at + page));
                    case DAMAGED -> tally.damaged(found);
                }
            }
        }
    }

    /** A writer may have been interrupted half-way: only a page that stays as it is is damaged. */
    private boolean isSameWhenReadAgain(FileChannel channel, long offset, int at) throws IOException {
        int readings = tally.damagedPages() < CopyTally.MOST_NAMED ? READINGS : 1;
        for (int reading = 0; reading < readings; reading++) {
            if (reading > 0) {
                LockSupport.parkNanos(FIRST_WAIT.toNanos() << (reading - 1));
            }
            int read = readFully(channel, offset, ByteBuffer.wrap(second));
            if (read < second.length || !Arrays.equals(frame, at, at + read, second, 0, read)) {
                return false;
            }
        }
        return true;
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
