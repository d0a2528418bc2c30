package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold however WAL is cut and whichever byte of it is wrong. {@code -Dholdfast.seed} repeats a failure. */
class WalScannerPropertyTest {

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void pieces_of_any_size_give_the_same_result(int major) {
        var wal = WalFixture.of(major, 1);
        var expected = indexOf(wal, Integer.MAX_VALUE);

        for (var largest : new int[] {1, 7, 24, 100, 8191, 70_000, 3_000_000}) {
            assertThat(indexOf(wal, largest))
                    .as("pieces up to %d bytes, seed %d", largest, seed)
                    .isEqualTo(expected);
        }
    }

    /** The outcome and the encoded index. */
    private String indexOf(WalFixture wal, int largestPiece) {
        var builder = new WalIndexBuilder(wal.identity().timeline(), wal.start());
        var scanner = wal.scanner(builder);
        for (var at = 0; at < wal.bytes().length; ) {
            var length = Math.min(
                    wal.bytes().length - at,
                    largestPiece == Integer.MAX_VALUE ? largestPiece : 1 + random.nextInt(largestPiece));
            scanner.feed(wal.start().plus(at), ByteBuffer.wrap(wal.bytes(), at, length));
            at += length;
        }
        return scanner.outcome() + " " + scanner.records() + " "
                + Arrays.hashCode(builder.cut(scanner.validEnd()).encode());
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void a_cut_anywhere_leaves_the_last_whole_record_as_the_end(int major) {
        var wal = WalFixture.of(major, 1);
        var ends = recordEnds(wal);

        for (var i = 0; i < 400; i++) {
            var cut = wal.start().plus(1 + random.nextInt((int) ends.lastKey().minus(wal.start())));
            var scanner = wal.scanner(WalSink.NOTHING);

            var outcome = scanner.feed(wal.start(), wal.slice(wal.start(), cut.minus(wal.start())));

            var last = ends.floorEntry(cut);
            assertThat(outcome.validEnd())
                    .as("cut at %s, seed %d", cut, seed)
                    .isEqualTo(last == null ? wal.start() : last.getKey());
            assertThat(outcome)
                    .as("cut at %s, seed %d", cut, seed)
                    .isInstanceOfAny(WalOutcome.Intact.class, WalOutcome.NeedsMore.class);
            if (last != null) {
                assertThat(scanner.lastRecord()).contains(last.getValue());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void resumed_after_any_record_it_reads_to_the_same_end(int major) {
        var wal = WalFixture.of(major, 1);
        var ends = recordEnds(wal);
        var boundaries = ends.entrySet().toArray(Map.Entry[]::new);

        for (var i = 0; i < 300; i++) {
            var at = random.nextInt(boundaries.length);
            var end = (Lsn) boundaries[at].getKey();
            var scanner = WalScanner.resume(wal.identity(), end, (Lsn) boundaries[at].getValue(), WalSink.NOTHING);

            var outcome = wal.feedAll(scanner);

            assertThat(outcome.validEnd())
                    .as("resumed at %s, seed %d", end, seed)
                    .isEqualTo(ends.lastKey());
            assertThat(scanner.records())
                    .as("resumed at %s, seed %d", end, seed)
                    .isEqualTo(boundaries.length - at - 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void a_wrong_byte_in_a_record_is_never_passed(int major) {
        var wal = WalFixture.of(major, 1);
        var bytes = wal.bytes();

        for (var i = 0; i < 1500; i++) {
            var record = wal.records().get(random.nextInt(wal.records().size()));
            var at = wal.index(byteOf(record, random.nextInt(record.length())));
            var flip = (byte) (1 << random.nextInt(8));
            bytes[at] ^= flip;
            var resume = random.nextInt(10) > 0;
            var scanner = resume
                    ? WalScanner.resume(wal.identity(), record.lsn(), record.previous(), WalSink.NOTHING)
                    : wal.scanner(WalSink.NOTHING);

            var outcome = wal.feedAll(scanner);
            bytes[at] ^= flip;

            assertThat(outcome)
                    .as("bit %d of byte %d of the record at %s, seed %d", flip, at, record.lsn(), seed)
                    .isInstanceOf(WalOutcome.Broken.class);
            assertThat(outcome.validEnd())
                    .as("bit %d of byte %d of the record at %s, seed %d", flip, at, record.lsn(), seed)
                    .isLessThanOrEqualTo(record.lsn());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 18})
    void a_wrong_bit_in_a_page_header_is_never_passed(int major) {
        var wal = WalFixture.of(major, 1);
        var bytes = wal.bytes();

        for (var i = 0; i < 300; i++) {
            var record = wal.records().get(random.nextInt(wal.records().size()));
            var page = new Lsn(record.lsn().offset() & -WalPage.SIZE);
            var continues = (bytes[wal.index(page) + 2] & 1) != 0;
            var inHeader = random.nextInt(continues ? 20 : 16);
            var bit = 1 << random.nextInt(8);
            // a hint that no reader looks at, and one that matters in the middle of a record only
            if (inHeader == 2 && (bit == 4 || (bit == 8 && !continues))) {
                continue;
            }
            var at = wal.index(page) + inHeader;
            bytes[at] ^= (byte) bit;

            var outcome = wal.feedAll(wal.scanner(WalSink.NOTHING));
            bytes[at] ^= (byte) bit;

            assertThat(outcome)
                    .as("bit %d of byte %d of the page at %s, seed %d", bit, inHeader, page, seed)
                    .isInstanceOf(WalOutcome.Broken.class);
            assertThat(outcome.validEnd())
                    .as("bit %d of byte %d of the page at %s, seed %d", bit, inHeader, page, seed)
                    .isLessThanOrEqualTo(page);
        }
    }

    /** Where the n-th byte of a record stands, page headers in between not counted. */
    private static Lsn byteOf(WalFixture.DumpedRecord record, int n) {
        var at = record.lsn().offset();
        for (var left = n; ; ) {
            var onPage = 8192 - at % 8192;
            if (left < onPage) {
                return new Lsn(at + left);
            }
            left -= (int) onPage;
            at += onPage;
            at += at % (1 << 20) == 0 ? 40 : 24;
        }
    }

    /** The start of each record by its end, read in the smallest steps. */
    private static NavigableMap<Lsn, Lsn> recordEnds(WalFixture wal) {
        var ends = new TreeMap<Lsn, Lsn>();
        var scanner = wal.scanner(WalSink.NOTHING);
        for (var at = 0; at < wal.bytes().length; at += 8) {
            scanner.feed(scanner.position(), ByteBuffer.wrap(wal.bytes(), at, 8));
            if (scanner.outcome() instanceof WalOutcome.Broken) {
                break;
            }
            scanner.lastRecord().ifPresent(start -> ends.putIfAbsent(scanner.validEnd(), start));
        }
        assertThat(ends).hasSize(wal.records().size());
        return ends;
    }
}
