package io.holdfast.postgres.wal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** WAL that a real server wrote ({@code wal/make-fixtures.sh}), and what pg_waldump says of it. */
public final class WalFixture {

    public static final WalSegmentSize ONE_MEBIBYTE = new WalSegmentSize(1 << 20);

    private final WalIdentity identity;
    private final Lsn start;
    private final byte[] bytes;
    private final List<DumpedRecord> records;

    private WalFixture(WalIdentity identity, Lsn start, byte[] bytes, List<DumpedRecord> records) {
        this.identity = identity;
        this.start = start;
        this.bytes = bytes;
        this.records = List.copyOf(records);
    }

    public WalIdentity identity() {
        return identity;
    }

    /** Where {@link #bytes} begin. */
    public Lsn start() {
        return start;
    }

    /** Not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    List<DumpedRecord> records() {
        return records;
    }

    /** A line of pg_waldump; no description unless it is a transaction's or the XLOG manager's. */
    record DumpedRecord(Lsn lsn, Lsn previous, int length, int xid, String manager, String description) {

        String kind() {
            return description.split(" ", 2)[0];
        }
    }

    public static WalFixture of(int major, int timelineNumber) {
        var folder = "/wal/" + major + "/";
        var timeline = new TimelineId(timelineNumber);
        var history = timelineNumber == 1
                ? TimelineHistory.withoutParents(timeline)
                : TimelineHistory.parse(timeline, text(folder + timeline.historyFileName()));
        var start = Lsn.NONE;
        var system = new SystemIdentifier(0);
        var records = new ArrayList<DumpedRecord>();
        var here = false;
        for (var line : text(folder + "expected.txt").lines().toList()) {
            if (line.startsWith("system ")) {
                system = SystemIdentifier.parse(line.substring(7));
            } else if (line.startsWith("timeline ")) {
                here = line.startsWith("timeline " + timelineNumber);
                start = here ? Lsn.parse(line.split(" ", 3)[2]) : start;
            } else if (here && !line.startsWith("#")) {
                records.add(record(line));
            }
        }
        var identity = new WalIdentity(WalFormat.ofMajor(major), system, ONE_MEBIBYTE, history);
        return new WalFixture(identity, start, segments(folder, timeline, start), records);
    }

    private static DumpedRecord record(String line) {
        var fields = line.split("\t", -1);
        return new DumpedRecord(
                Lsn.parse(fields[0]),
                Lsn.parse(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseUnsignedInt(fields[3]),
                fields[4],
                fields[5]);
    }

    private static byte[] segments(String folder, TimelineId timeline, Lsn start) {
        var bytes = new ByteArrayOutputStream();
        for (var at = start; ; at = at.plus(ONE_MEBIBYTE.bytes())) {
            var segment = WalFixture.class.getResourceAsStream(folder + ONE_MEBIBYTE.name(timeline, at) + ".gz");
            if (segment == null) {
                return bytes.toByteArray();
            }
            try (var unpacked = new GZIPInputStream(segment)) {
                unpacked.transferTo(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String text(String resource) {
        try (InputStream in = WalFixture.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no fixture " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int index(Lsn position) {
        return (int) position.minus(start);
    }

    /** The bytes from {@code from} on, at most {@code length} of them. */
    ByteBuffer slice(Lsn from, long length) {
        var at = index(from);
        return ByteBuffer.wrap(bytes, at, (int) Math.min(length, bytes.length - at));
    }

    WalScanner scanner(WalSink sink) {
        return WalScanner.startAt(identity, start, sink);
    }

    /** Feeds everything from the scanner's position on, at once. */
    WalOutcome feedAll(WalScanner scanner) {
        return scanner.feed(scanner.position(), slice(scanner.position(), Long.MAX_VALUE));
    }

    WalFixture with(byte[] otherBytes) {
        return new WalFixture(identity, start, otherBytes, records);
    }

    WalFixture with(WalIdentity otherIdentity) {
        return new WalFixture(otherIdentity, start, bytes, records);
    }
}
