package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.disk.ReadableFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One file of the spool: batches of consecutive WAL, each as it was forced. A batch is its length (u32), the CRC-32C of
 * everything else in it (u32), its position (u64) and its bytes. Reading ends at the first batch that is not whole: the
 * one in which the machine stopped, which nobody was promised. Guarded by the spool.
 */
final class SpoolFile {

    static final int HEADER = 16;

    private static final Pattern NAME = Pattern.compile("(\\d{8})-([0-9A-F]{8})-([0-9A-F]{16})\\.wal");
    private static final int MOST = 1 << 30;

    private final Path path;
    private final long run;
    private final TimelineId timeline;
    private final Lsn start;
    private long[] positions = new long[16];
    private long[] offsets = new long[16];
    private int batches;
    private Lsn end;
    private long size;

    SpoolFile(Path path, long run, TimelineId timeline, Lsn start) {
        this.path = path;
        this.run = run;
        this.timeline = timeline;
        this.start = start;
        this.end = start;
    }

    static String name(long run, TimelineId timeline, Lsn start) {
        return "%08d-%s-%s.wal".formatted(run, timeline.hex(), start.sortable());
    }

    /** Empty for files of another kind. */
    static Optional<SpoolFile> named(Path folder, String name) {
        var matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new SpoolFile(
                        folder.resolve(name),
                        Long.parseLong(matcher.group(1)),
                        TimelineId.ofHex(matcher.group(2)),
                        Lsn.ofSortable(matcher.group(3))))
                : Optional.empty();
    }

    Path path() {
        return path;
    }

    long run() {
        return run;
    }

    TimelineId timeline() {
        return timeline;
    }

    Lsn start() {
        return start;
    }

    Lsn end() {
        return end;
    }

    /** Bytes of the batches that are whole. */
    long size() {
        return size;
    }

    static void header(ByteBuffer batch, Lsn position, int length) {
        batch.putInt(0, length).putLong(8, position.offset());
        batch.putInt(4, checksum(batch, length));
    }

    private static int checksum(ByteBuffer batch, int length) {
        var crc = new CRC32C();
        crc.update(batch.duplicate().limit(4).position(0));
        crc.update(batch.duplicate().limit(HEADER + length).position(8));
        return (int) crc.getValue();
    }

    void added(int length) {
        if (batches == positions.length) {
            positions = Arrays.copyOf(positions, batches * 2);
            offsets = Arrays.copyOf(offsets, batches * 2);
        }
        positions[batches] = end.offset();
        offsets[batches] = size + HEADER;
        batches++;
        end = end.plus(length);
        size += HEADER + length;
    }

    /** Finds the batches that are whole and follow each other. */
    void scan(ReadableFile file) {
        var header = ByteBuffer.allocate(HEADER);
        while (true) {
            header.clear();
            if (!readFully(file, size, header)) {
                return;
            }
            int length = header.getInt(0);
            if (length <= 0 || length > MOST || header.getLong(8) != end.offset()) {
                return;
            }
            if (file.size() - size < HEADER + (long) length) {
                return;
            }
            var batch = ByteBuffer.allocate(HEADER + length);
            if (!readFully(file, size, batch) || checksum(batch, length) != header.getInt(4)) {
                return;
            }
            added(length);
        }
    }

    /** What lies beyond belongs to a write that failed, and was written again to the next file. */
    void cut(Lsn limit) {
        while (batches > 0 && end.isAfter(limit)) {
            batches--;
            end = new Lsn(positions[batches]);
            size = offsets[batches] - HEADER;
        }
    }

    /** Reads on from {@code position}, as far as {@code target} and this file go; where it came to. */
    Lsn read(ReadableFile file, Lsn position, Lsn limit, ByteBuffer target) {
        int index = Arrays.binarySearch(positions, 0, batches, position.offset());
        int batch = index >= 0 ? index : -index - 2;
        var at = position;
        var until = Lsn.earlier(limit, end);
        while (at.isBefore(until) && target.hasRemaining()) {
            var batchEnd = batch + 1 < batches ? new Lsn(positions[batch + 1]) : end;
            long within = at.minus(new Lsn(positions[batch]));
            int length = (int)
                    Math.min(target.remaining(), Lsn.earlier(batchEnd, until).minus(at));
            var slice = target.slice(target.position(), length);
            if (!readFully(file, offsets[batch] + within, slice)) {
                throw SpoolException.damaged(path, "is shorter than it was");
            }
            target.position(target.position() + length);
            at = at.plus(length);
            batch++;
        }
        return at;
    }

    private static boolean readFully(ReadableFile file, long offset, ByteBuffer target) {
        long at = offset;
        while (target.hasRemaining()) {
            int count = file.read(at, target);
            if (count <= 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(run) + " " + path;
    }
}
