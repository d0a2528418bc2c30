package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.NewerFormatException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WalIndexTest {

    private static final TimelineId TIMELINE = new TimelineId(3);
    private static final Lsn START = Lsn.parse("1/FFFFF000");
    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");

    private final WalIndexBuilder builder = new WalIndexBuilder(TIMELINE, START);

    @Test
    void survives_encoding() {
        ending(100, 7, 1, true);
        ending(200, -5, 0, false);
        var at = START.plus(208);
        builder.event(new WalEvent.RestorePoint(START.plus(-8), at, "Überfahrt", NOON));
        builder.event(new WalEvent.Checkpoint(
                at, at.plus(8), Lsn.parse("0/28"), true, new TimelineId(-1), new TimelineId(1), true, NOON));
        builder.event(new WalEvent.EndOfRecovery(at, at.plus(16), new TimelineId(3), new TimelineId(2), NOON));
        builder.event(new WalEvent.ParameterChange(at, at.plus(24), 100, 8, 10, 0, 64, WalLevel.MINIMAL));
        builder.event(new WalEvent.BackupEnd(at, at.plus(32), Lsn.parse("0/28")));
        builder.event(new WalEvent.FullPageWritesChange(at, at.plus(40), true));
        builder.event(new WalEvent.Overwrite(at, at.plus(48), Lsn.parse("1/0"), NOON));
        builder.event(new WalEvent.TablespaceCreation(at, at.plus(56), 0xFFFF_FFFFL, "/srv/Überfluß"));
        var index = builder.cut(START.plus(4096));

        var decoded = WalIndex.decode(index.encode());

        assertThat(decoded.timeline()).isEqualTo(TIMELINE);
        assertThat(decoded.start()).isEqualTo(START);
        assertThat(decoded.end()).isEqualTo(START.plus(4096));
        assertThat(decoded.transactions()).isEqualTo(index.transactions().toList());
        assertThat(decoded.events()).isEqualTo(index.events()).hasSize(8);
    }

    @Test
    void damage_is_told_and_never_asks_for_more_memory_than_there_are_bytes() {
        var seed = System.nanoTime();
        var random = new Random(seed);
        for (var i = 0; i < 200; i++) {
            ending(100 + 8 * i, i, i, i % 3 > 0);
        }
        var encoded = builder.cut(START.plus(4096)).encode();

        for (var i = 0; i < 2000; i++) {
            var damaged = Arrays.copyOf(encoded, 1 + random.nextInt(encoded.length));
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();

            try {
                assertThat(WalIndex.decode(damaged)).as("seed %d", seed).isNotNull();
            } catch (MalformedEncodingException | NewerFormatException expected) {
                assertThat(expected.hint()).as("seed %d", seed).isNotEmpty();
            }
        }
    }

    @Test
    void an_unknown_version_is_refused() {
        assertThatThrownBy(() -> WalIndex.decode(new byte[] {2}))
                .isInstanceOf(NewerFormatException.class)
                .hasMessage("a WAL index has format 2, this holdfast reads up to 0");
    }

    @Test
    void ranges_cut_anywhere_join_to_the_whole() {
        var wal = WalFixture.of(18, 1);
        var seed = System.nanoTime();
        var random = new Random(seed);
        var whole = new WalIndexBuilder(wal.identity().timeline(), wal.start());
        wal.feedAll(wal.scanner(whole));
        var pieces = new WalIndexBuilder(wal.identity().timeline(), wal.start());
        var scanner = wal.scanner(pieces);

        var joined = pieces.cut(wal.start());
        var end = wal.records().getLast().lsn();
        while (joined.end().isBefore(end)) {
            var length = Math.min(1 + random.nextInt(60_000), end.minus(scanner.position()));
            scanner.feed(scanner.position(), wal.slice(scanner.position(), length));
            joined = WalIndex.decode(joined.encode()).followedBy(pieces.cut(scanner.position()));
        }

        assertThat(joined.encode()).as("seed %d", seed).isEqualTo(whole.cut(end).encode());
    }

    @Test
    void a_fact_beyond_the_cut_belongs_to_the_next_range() {
        ending(100, 7, 0, false);
        ending(200, 8, 0, false);

        var first = builder.cut(START.plus(150));
        var second = builder.cut(START.plus(300));

        assertThat(first.transactions()).extracting(WalTransaction::xid).containsExactly(7);
        assertThat(second.transactions()).extracting(WalTransaction::xid).containsExactly(8);
        assertThat(second.aborts()).isEqualTo(1);
        assertThat(second.start()).isEqualTo(START.plus(150));
    }

    @Test
    void only_neighbours_join() {
        var index = builder.cut(START.plus(8));
        var distant = WalIndex.empty(TIMELINE, START.plus(16), START.plus(24));

        assertThatThrownBy(() -> index.followedBy(distant))
                .hasMessage("index of timeline 3 from 1/FFFFF010 does not follow timeline 3 to 1/FFFFF008");
    }

    @Test
    void recovery_to_a_time_stops_at_the_first_later_ending_in_wal_order() {
        ending(100, 1, 0, true);
        ending(200, 2, 5, true);
        ending(300, 3, 3, false);
        ending(400, 4, 4, true);
        ending(500, 5, 9, true);
        var index = builder.cut(START.plus(600));

        assertThat(index.firstAfter(seconds(4))).hasValueSatisfying(hasXid(2));
        assertThat(index.lastCommitAtOrBefore(seconds(4))).hasValueSatisfying(hasXid(1));
        assertThat(index.firstAfter(seconds(5))).hasValueSatisfying(hasXid(5));
        assertThat(index.firstAtOrAfter(seconds(5))).hasValueSatisfying(hasXid(2));
        assertThat(index.lastCommitAtOrBefore(seconds(5))).hasValueSatisfying(hasXid(4));
        assertThat(index.firstAfter(seconds(9))).isEmpty();
        assertThat(index.lastCommitAtOrBefore(seconds(9))).hasValueSatisfying(hasXid(5));
        assertThat(index.lastCommitAtOrBefore(seconds(-1))).isEmpty();
        assertThat(index.firstAtOrAfter(seconds(0).plusNanos(1))).hasValueSatisfying(hasXid(2));
        assertThat(index.firstAfter(seconds(5).minusNanos(1))).hasValueSatisfying(hasXid(2));
        assertThat(index.earliest()).contains(seconds(0));
        assertThat(index.latest()).contains(seconds(9));
    }

    @Test
    void an_abort_stops_recovery_but_brings_nothing_back() {
        ending(100, 1, 0, true);
        ending(200, 2, 5, false);
        var index = builder.cut(START.plus(600));

        assertThat(index.firstAfter(seconds(1))).hasValueSatisfying(hasXid(2));
        assertThat(index.lastCommit()).hasValueSatisfying(hasXid(1));
        assertThat(index.endOfTransaction(2))
                .hasValueSatisfying(found -> assertThat(found.committed()).isFalse());
        assertThat(index.endOfTransaction(3)).isEmpty();
    }

    @Test
    void commits_are_found_by_position() {
        ending(100, 1, 0, true);
        ending(200, 2, 1, true);
        var index = builder.cut(START.plus(600));

        assertThat(index.firstCommit()).hasValueSatisfying(hasXid(1));
        assertThat(index.lastCommitAtOrBefore(START.plus(199))).hasValueSatisfying(hasXid(1));
        assertThat(index.lastCommitAtOrBefore(START.plus(200))).hasValueSatisfying(hasXid(2));
        assertThat(index.lastCommitAtOrBefore(START)).isEmpty();
    }

    @Test
    void an_empty_range_answers_every_question() {
        var index = WalIndex.empty(TIMELINE, START, START);

        assertThat(index.firstCommit()).isEmpty();
        assertThat(index.lastCommit()).isEmpty();
        assertThat(index.latest()).isEmpty();
        assertThat(index.lastCommitAtOrBefore(Instant.MAX)).isEmpty();
        assertThat(index.firstAfter(Instant.MIN)).isEmpty();
        assertThat(index.restorePoints("x")).isEmpty();
    }

    private void ending(long end, int xid, int second, boolean committed) {
        builder.transaction(START.offset() + end, xid, PostgresTime.micros(seconds(second)), committed);
    }

    private static Instant seconds(int second) {
        return NOON.plusSeconds(second);
    }

    private static Consumer<WalTransaction> hasXid(int xid) {
        return transaction -> assertThat(transaction.xid()).isEqualTo(xid);
    }
}
