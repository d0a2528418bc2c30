package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalScannerTest {

    private static final WalFixture WAL = WalFixture.of(18, 1);

    @ParameterizedTest
    @CsvSource({"15,1", "15,2", "16,1", "16,2", "18,1", "18,2"})
    void finds_each_record_where_pg_waldump_finds_it(int major, int timeline) {
        var fixture = WalFixture.of(major, timeline);
        var scanner = fixture.scanner(WalSink.NOTHING);
        var found = new ArrayList<Lsn>();

        // no record is shorter than 24 bytes, so each completes in a piece of its own
        for (var at = 0; at < fixture.bytes().length; at += 8) {
            var before = scanner.records();
            scanner.feed(scanner.position(), ByteBuffer.wrap(fixture.bytes(), at, 8));
            if (scanner.records() > before) {
                found.add(scanner.lastRecord().orElseThrow());
            }
            if (scanner.outcome() instanceof WalOutcome.Broken) {
                break;
            }
        }

        assertThat(found)
                .isEqualTo(fixture.records().stream()
                        .map(WalFixture.DumpedRecord::lsn)
                        .toList());
        assertThat(scanner.firstRecord()).contains(fixture.records().getFirst().lsn());
    }

    @ParameterizedTest
    @CsvSource({"15,1", "15,2", "16,1", "16,2", "18,1", "18,2"})
    void ends_in_zeros_behind_the_last_record(int major, int timeline) {
        var fixture = WalFixture.of(major, timeline);
        var scanner = fixture.scanner(WalSink.NOTHING);

        var outcome = fixture.feedAll(scanner);

        var last = fixture.records().getLast();
        var end = last.lsn().plus((last.length() + 7) & ~7);
        assertThat(outcome).isEqualTo(new WalOutcome.Broken(end, end, new WalFault.Zeros()));
        assertThat(scanner.records()).isEqualTo(fixture.records().size());
    }

    @Test
    void reads_buffers_outside_the_heap_and_consumes_them() {
        var scanner = WAL.scanner(WalSink.NOTHING);
        var outside =
                ByteBuffer.allocateDirect(WAL.bytes().length).put(WAL.bytes()).flip();

        var outcome = scanner.feed(WAL.start(), outside);

        assertThat(outcome.validEnd()).isEqualTo(lastEnd());
        assertThat(outside.hasRemaining()).isFalse();
    }

    @Test
    void refuses_bytes_that_do_not_follow() {
        var scanner = WAL.scanner(WalSink.NOTHING);

        assertThatThrownBy(() ->
                        scanner.feed(WAL.start().plus(8), WAL.slice(WAL.start().plus(8), 8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("WAL fed at 0/800008 instead of 0/800000");
    }

    @Test
    void a_switch_record_is_complete_with_its_segment() {
        var switching = WAL.records().stream()
                .filter(record -> record.description().startsWith("SWITCH"))
                .findFirst()
                .orElseThrow();
        var nextSegment = WAL.identity().segmentSize().start(switching.lsn()).plus(1 << 20);
        var scanner = WalScanner.resume(WAL.identity(), switching.lsn(), switching.previous(), WalSink.NOTHING);

        var early = scanner.feed(switching.lsn(), WAL.slice(switching.lsn(), nextSegment.minus(switching.lsn()) - 1));
        var late = scanner.feed(nextSegment.plus(-1), WAL.slice(nextSegment.plus(-1), 1));

        assertThat(early).isEqualTo(new WalOutcome.NeedsMore(switching.lsn()));
        assertThat(late).isEqualTo(new WalOutcome.Intact(nextSegment));
        assertThat(scanner.lastRecord()).contains(switching.lsn());
    }

    @Test
    void a_long_record_is_not_complete_before_its_last_byte() {
        var message = WAL.records().stream()
                .filter(record -> record.length() > 1 << 20)
                .findFirst()
                .orElseThrow();
        var scanner = WalScanner.resume(WAL.identity(), message.lsn(), message.previous(), WalSink.NOTHING);

        var outcome = scanner.feed(message.lsn(), WAL.slice(message.lsn(), 1 << 20));

        assertThat(outcome).isEqualTo(new WalOutcome.NeedsMore(message.lsn()));
        assertThat(scanner.insideRecord()).isTrue();
        assertThat(scanner.records()).isZero();
    }

    @Nested
    class Started_in_the_middle_of_a_record {

        @Test
        void skips_it_and_says_where_verification_begins() {
            var message = WAL.records().stream()
                    .filter(record -> record.length() > 1 << 20)
                    .findFirst()
                    .orElseThrow();
            var following = WAL.records().get(WAL.records().indexOf(message) + 1);
            var segment = WAL.identity().segmentSize().start(message.lsn()).plus(1 << 20);
            var scanner = WalScanner.startAt(WAL.identity(), segment, WalSink.NOTHING);

            var skipping = scanner.feed(segment, WAL.slice(segment, 50_000));
            var firstRecordSoFar = scanner.firstRecord();
            var outcome = WAL.feedAll(scanner);

            assertThat(skipping).isEqualTo(new WalOutcome.NeedsMore(segment));
            assertThat(firstRecordSoFar).isEmpty();
            assertThat(scanner.firstRecord()).contains(following.lsn());
            assertThat(outcome.validEnd()).isEqualTo(lastEnd());
        }

        @Test
        void gives_up_a_torn_record_as_the_server_did() {
            var overwrite = overwrite();
            var segment = WAL.identity().segmentSize().start(overwrite.lsn());
            var lastOfTorn = segment.plus(-8192);
            var scanner = WalScanner.startAt(WAL.identity(), lastOfTorn, WalSink.NOTHING);

            var outcome = WAL.feedAll(scanner);

            assertThat(scanner.firstRecord()).contains(overwrite.lsn());
            assertThat(outcome.validEnd()).isEqualTo(lastEnd());
        }
    }

    @Nested
    class A_torn_record_that_was_overwritten {

        @Test
        void is_passed_and_told() {
            var events = new ArrayList<WalEvent>();
            var scanner = WAL.scanner(collectingInto(events));

            WAL.feedAll(scanner);

            assertThat(events)
                    .filteredOn(WalEvent.Overwrite.class::isInstance)
                    .singleElement()
                    .extracting(event -> ((WalEvent.Overwrite) event).torn())
                    .isEqualTo(torn());
        }

        @Test
        void keeps_the_valid_end_before_it_until_then() {
            var scanner = WAL.scanner(WalSink.NOTHING);
            var segment = WAL.identity().segmentSize().start(overwrite().lsn());

            var outcome = scanner.feed(WAL.start(), WAL.slice(WAL.start(), segment.minus(WAL.start())));

            assertThat(outcome).isEqualTo(new WalOutcome.NeedsMore(torn()));
        }

        @Test
        void must_be_named_by_what_overwrites_it() {
            var damaged = WAL.bytes().clone();
            var recordBefore = WAL.records().get(WAL.records().indexOf(overwrite()) - 1);
            var shifted = torn().plus(-8);
            assertThat(recordBefore.lsn().isBefore(shifted)).isTrue();
            var wal = WAL.with(damaged);
            var at = wal.index(overwrite().lsn());
            WalBytes.putLong(damaged, at + 26, shifted.offset());
            WalBytes.sign(damaged, at, overwrite().length());

            var outcome = wal.feedAll(wal.scanner(WalSink.NOTHING));

            assertThat(outcome)
                    .isEqualTo(new WalOutcome.Broken(torn(), overwrite().lsn(), new WalFault.BadOverwrite(torn())));
        }

        private Lsn torn() {
            return Lsn.parse(overwrite().description().split("[ ;]+", 4)[2]);
        }
    }

    @Nested
    class Of_another_cluster {

        @Test
        void is_told_by_the_first_page_of_a_segment() {
            var other = new SystemIdentifier(42);

            var outcome = scanAs(new WalIdentity(
                    WalFormat.V18,
                    other,
                    WAL.identity().segmentSize(),
                    WAL.identity().history()));

            assertThat(outcome)
                    .isEqualTo(new WalOutcome.Broken(
                            WAL.start(),
                            WAL.start(),
                            new WalFault.WrongSystem(other, WAL.identity().system())));
        }

        @Test
        void another_version_is_told_by_the_magic() {
            var outcome = scanAs(new WalIdentity(
                    WalFormat.V17,
                    WAL.identity().system(),
                    WAL.identity().segmentSize(),
                    WAL.identity().history()));

            assertThat(fault(outcome)).isEqualTo(new WalFault.BadMagic(0xD116, 0xD118));
            assertThat(((WalOutcome.Broken) outcome).explain())
                    .isEqualTo("WAL is readable up to 0/800000; at 0/800000 page magic is D118 instead of D116");
        }

        @Test
        void another_segment_size_is_told() {
            var sixteen = new WalSegmentSize(16 << 20);
            var first = Lsn.parse("0/1000000");
            var bytes = WAL.bytes().clone();
            WalBytes.putLong(bytes, 8, first.offset());

            var scanner = WalScanner.startAt(
                    new WalIdentity(
                            WalFormat.V18,
                            WAL.identity().system(),
                            sixteen,
                            WAL.identity().history()),
                    first,
                    WalSink.NOTHING);
            var outcome = scanner.feed(first, ByteBuffer.wrap(bytes, 0, 8192));

            assertThat(fault(outcome)).isEqualTo(new WalFault.WrongSegmentSize(sixteen, 1 << 20));
        }

        @Test
        void another_timeline_is_told_at_the_page() {
            var second = WalFixture.of(18, 2);
            var asFirst = second.with(WAL.identity());

            var outcome = asFirst.feedAll(asFirst.scanner(WalSink.NOTHING));

            assertThat(fault(outcome)).isEqualTo(new WalFault.WrongTimeline(new TimelineId(1), 2));
            assertThat(outcome.validEnd().isAfter(second.identity().history().begin()))
                    .isTrue();
        }

        @Test
        void the_parent_behind_the_fork_is_told_at_the_page() {
            var history = new TimelineHistory(
                    new TimelineId(2), List.of(new TimelineHistory.Fork(new TimelineId(1), WAL.start(), "")));

            var outcome = scanAs(new WalIdentity(
                    WalFormat.V18, WAL.identity().system(), WAL.identity().segmentSize(), history));

            assertThat(fault(outcome)).isEqualTo(new WalFault.WrongTimeline(new TimelineId(2), 1));
        }

        private WalOutcome scanAs(WalIdentity identity) {
            var wal = WAL.with(identity);
            return wal.feedAll(wal.scanner(WalSink.NOTHING));
        }
    }

    @Nested
    class What_is_not_wal {

        @Test
        void zeros_where_a_page_should_begin() {
            var scanner = WAL.scanner(WalSink.NOTHING);

            var outcome = scanner.feed(WAL.start(), ByteBuffer.allocate(8192));

            assertThat(fault(outcome)).isEqualTo(new WalFault.Zeros());
        }

        @Test
        void a_recycled_page_is_told_by_its_address() {
            var old = WAL.start().plus(8192);
            var where = WAL.start().plus(16384);
            var scanner = WalScanner.startAt(WAL.identity(), where, WalSink.NOTHING);

            var outcome = scanner.feed(where, WAL.slice(old, 8192));

            assertThat(fault(outcome)).isEqualTo(new WalFault.BadPageAddress(old));
        }

        @Test
        void an_old_record_is_told_by_its_link() {
            var first = WAL.records().getFirst();
            var third = WAL.records().get(2);
            var scanner = WalScanner.resume(WAL.identity(), third.lsn(), first.lsn(), WalSink.NOTHING);

            var outcome = scanner.feed(third.lsn(), WAL.slice(third.lsn(), third.length()));

            assertThat(outcome)
                    .isEqualTo(new WalOutcome.Broken(
                            third.lsn(),
                            third.lsn(),
                            new WalFault.BadPreviousLink(
                                    first.lsn(), WAL.records().get(1).lsn())));
        }

        @Test
        void a_continuation_where_a_record_had_ended() {
            var message = WAL.records().stream()
                    .filter(record -> record.length() > 1 << 20)
                    .findFirst()
                    .orElseThrow();
            var segment = WAL.identity().segmentSize().start(message.lsn()).plus(1 << 20);
            var scanner = WalScanner.resume(WAL.identity(), segment, message.previous(), WalSink.NOTHING);

            var outcome = scanner.feed(segment, WAL.slice(segment, 8192));

            assertThat(fault(outcome)).isEqualTo(new WalFault.UnexpectedContinuation());
        }

        @Test
        void nothing_that_follows_a_fault_is_read() {
            var scanner = WAL.scanner(WalSink.NOTHING);
            var broken = scanner.feed(WAL.start(), ByteBuffer.allocate(8192));

            var later =
                    scanner.feed(WAL.start().plus(8192), WAL.slice(WAL.start().plus(8192), 8192));

            assertThat(later).isSameAs(broken);
            assertThat(scanner.records()).isZero();
        }
    }

    private static WalFault fault(WalOutcome outcome) {
        return Optional.of(outcome)
                .filter(WalOutcome.Broken.class::isInstance)
                .map(WalOutcome.Broken.class::cast)
                .orElseThrow()
                .fault();
    }

    private static WalSink collectingInto(List<WalEvent> events) {
        return new WalSink() {
            @Override
            public void transaction(long end, int xid, long micros, boolean committed) {}

            @Override
            public void event(WalEvent event) {
                events.add(event);
            }
        };
    }

    private static WalFixture.DumpedRecord overwrite() {
        return WAL.records().stream()
                .filter(record -> record.kind().equals("OVERWRITE_CONTRECORD"))
                .findFirst()
                .orElseThrow();
    }

    private static Lsn lastEnd() {
        var last = WAL.records().getLast();
        return last.lsn().plus((last.length() + 7) & ~7);
    }
}
