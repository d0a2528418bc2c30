package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** A record as long as a server can write one; the tests' heap is smaller. */
class LongestRecordTest {

    private static final int LENGTH = 1020 << 20;
    private static final long SYSTEM = 4711;
    private static final WalSegmentSize SEGMENT = new WalSegmentSize(1 << 20);
    private static final Lsn START = Lsn.parse("3/FFF00000");

    @Test
    void is_verified_page_by_page() {
        var identity = new WalIdentity(
                WalFormat.V17,
                new SystemIdentifier(SYSTEM),
                SEGMENT,
                TimelineHistory.withoutParents(new TimelineId(1)));
        var scanner = WalScanner.startAt(identity, START, WalSink.NOTHING);
        var outcome = scanner.outcome();
        var left = LENGTH;

        for (var at = START; left > 0; at = at.plus(WalPage.SIZE)) {
            var page = page(at, left);
            if (left == LENGTH) {
                page.put(header());
            }
            left -= Math.min(left, WalPage.SIZE - (SEGMENT.offset(at) == 0 ? 40 : 24));
            outcome = scanner.feed(at, page.rewind());
        }

        var end = outcome.validEnd();
        assertThat(outcome).isEqualTo(new WalOutcome.Broken(end, end, new WalFault.Zeros()));
        assertThat(scanner.records()).isEqualTo(1);
        assertThat(end.minus(START)).isBetween((long) LENGTH, (long) LENGTH + (LENGTH >> 8));
    }

    private static ByteBuffer page(Lsn at, int left) {
        var page = ByteBuffer.allocate(WalPage.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        var first = left == LENGTH;
        var beginsSegment = SEGMENT.offset(at) == 0;
        page.putShort((short) 0xD116)
                .putShort((short) ((first ? 0 : 1) | (beginsSegment ? 2 : 0)))
                .putInt(1)
                .putLong(at.offset())
                .putInt(first ? 0 : left)
                .putInt(0);
        if (beginsSegment) {
            page.putLong(SYSTEM).putInt(SEGMENT.bytes()).putInt(WalPage.SIZE);
        }
        return page;
    }

    /** The header of a logical message whose body is all zeros. */
    private static byte[] header() {
        var header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(LENGTH).putInt(0).putLong(0).put((byte) 0).put((byte) 21).putShort((short) 0);
        var crc = new CRC32C();
        var zeros = new byte[LENGTH / 1020 / 64];
        var body = LENGTH - 24;
        for (var done = 0; done < body; done += zeros.length) {
            crc.update(zeros, 0, Math.min(zeros.length, body - done));
        }
        crc.update(header.array(), 0, 20);
        return header.putInt((int) crc.getValue()).array();
    }
}
