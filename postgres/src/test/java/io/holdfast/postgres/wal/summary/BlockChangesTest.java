package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dholdfast.seed} repeats a failure. */
class BlockChangesTest {

    private static final int SEGMENT = 131072;
    private static final ForkId TABLE = new ForkId(1663, 5, 16384, RelationFork.MAIN);
    private static final ForkId DATABASE = new ForkId(1663, 5, 0, RelationFork.MAIN);

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final BlockChanges.Collector collector = new BlockChanges.Collector();

    private FileChanges segment(int number) {
        return collector.finish().changesOf(TABLE, number, SEGMENT);
    }

    private static FileChanges.Blocks blocks(int... numbers) {
        return new FileChanges.Blocks(BlockNumbers.of(numbers), OptionalInt.empty());
    }

    private static FileChanges.Blocks blocksAndUnknownFrom(int unknownFrom, int... numbers) {
        return new FileChanges.Blocks(BlockNumbers.of(numbers), OptionalInt.of(unknownFrom));
    }

    @Test
    void what_no_summary_mentions_has_not_changed() {
        assertThat(segment(0)).isEqualTo(new FileChanges.Unchanged());
    }

    @Test
    void blocks_are_counted_from_the_beginning_of_their_segment() {
        collector.changed(TABLE, SEGMENT - 1);
        collector.changed(TABLE, SEGMENT);
        collector.changed(TABLE, 3L * SEGMENT + 5);

        var changes = collector.finish();

        assertThat(changes.changesOf(TABLE, 0, SEGMENT)).isEqualTo(blocks(SEGMENT - 1));
        assertThat(changes.changesOf(TABLE, 1, SEGMENT)).isEqualTo(blocks(0));
        assertThat(changes.changesOf(TABLE, 2, SEGMENT)).isEqualTo(new FileChanges.Unchanged());
        assertThat(changes.changesOf(TABLE, 3, SEGMENT)).isEqualTo(blocks(5));
        assertThat(changes.changesOf(TABLE, 4, SEGMENT)).isEqualTo(new FileChanges.Unchanged());
    }

    @Test
    void the_last_possible_block_is_in_the_last_possible_segment() {
        collector.changed(TABLE, 0xFFFF_FFFEL);

        assertThat(segment(32767)).isEqualTo(blocks(SEGMENT - 2));
    }

    @Test
    void a_relation_that_was_created_or_dropped_is_whole_in_every_segment() {
        collector.limit(TABLE, 0);
        collector.changed(TABLE, 3);

        var changes = collector.finish();

        assertThat(changes.changesOf(TABLE, 0, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.NEW));
        assertThat(changes.changesOf(TABLE, 7, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.NEW));
    }

    @Test
    void everything_behind_a_truncation_is_unknown() {
        collector.changed(TABLE, 10);
        collector.changed(TABLE, 100);
        collector.limit(TABLE, 50);
        collector.changed(TABLE, 60);

        var changes = collector.finish();

        assertThat(changes.changesOf(TABLE, 0, SEGMENT)).isEqualTo(blocksAndUnknownFrom(50, 10));
        assertThat(changes.changesOf(TABLE, 1, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.TRUNCATED));
    }

    @Test
    void a_truncation_to_the_boundary_of_a_segment_leaves_the_one_before_alone() {
        collector.limit(TABLE, SEGMENT);

        var changes = collector.finish();

        assertThat(changes.changesOf(TABLE, 0, SEGMENT)).isEqualTo(new FileChanges.Unchanged());
        assertThat(changes.changesOf(TABLE, 1, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.TRUNCATED));
    }

    @Test
    void a_truncation_by_one_block_is_told_though_no_block_has_changed() {
        collector.limit(TABLE, SEGMENT - 1);

        assertThat(segment(0)).isEqualTo(blocksAndUnknownFrom(SEGMENT - 1));
    }

    @Test
    void the_shortest_length_counts_however_the_relation_grew_between_and_after() {
        collector.limit(TABLE, 100);
        collector.changed(TABLE, 150);
        collector.limit(TABLE, 120);
        collector.changed(TABLE, 130);
        collector.changed(TABLE, 20);

        assertThat(segment(0)).isEqualTo(blocksAndUnknownFrom(100, 20));
    }

    @Test
    void a_database_that_was_created_or_dropped_is_whole_but_no_other_and_not_in_other_tablespaces() {
        collector.limit(DATABASE, 0);

        var changes = collector.finish();

        assertThat(changes.changesOf(TABLE, 0, SEGMENT)).isEqualTo(new FileChanges.Whole(WholeReason.DATABASE_NEW));
        assertThat(changes.changesOf(new ForkId(1663, 5, 99, RelationFork.INIT), 2, SEGMENT))
                .isEqualTo(new FileChanges.Whole(WholeReason.DATABASE_NEW));
        assertThat(changes.changesOf(new ForkId(1663, 4, 16384, RelationFork.MAIN), 0, SEGMENT))
                .isEqualTo(new FileChanges.Unchanged());
        assertThat(changes.changesOf(new ForkId(16400, 5, 16384, RelationFork.MAIN), 0, SEGMENT))
                .isEqualTo(new FileChanges.Unchanged());
    }

    @ParameterizedTest
    @EnumSource(
            value = RelationFork.class,
            names = {"FREE_SPACE_MAP", "VISIBILITY_MAP"})
    void maps_are_whole_whatever_is_said(RelationFork fork) {
        var map = new ForkId(1663, 5, 16384, fork);
        collector.limit(map, 4000);
        collector.changed(map, 1);

        var changes = collector.finish();

        assertThat(changes.changesOf(map, 0, SEGMENT)).isInstanceOf(FileChanges.Whole.class);
        assertThat(changes.forks()).isZero();
    }

    @Test
    void the_forks_of_a_relation_are_apart() {
        collector.limit(new ForkId(1663, 5, 16384, RelationFork.INIT), 0);

        assertThat(segment(0)).isEqualTo(new FileChanges.Unchanged());
    }

    /** Beside a plain replay: a set of blocks, and the least length. */
    @Test
    void the_order_in_which_summaries_are_read_does_not_matter() {
        for (int round = 0; round < 200; round++) {
            var events = randomEvents();
            var expected = replay(events);
            Collections.shuffle(events, random);

            var shuffled = new BlockChanges.Collector();
            events.forEach(event -> event.tell(shuffled));
            var changes = shuffled.finish();

            for (int segment = 0; segment < 3; segment++) {
                assertThat(changes.changesOf(TABLE, segment, SEGMENT))
                        .as("segment %d, round %d, seed %d", segment, round, seed)
                        .isEqualTo(expected.get(segment));
            }
        }
    }

    private record Event(boolean limit, long block) {

        void tell(BlockSink sink) {
            if (limit) {
                sink.limit(TABLE, block);
            } else {
                sink.changed(TABLE, block);
            }
        }
    }

    private List<Event> randomEvents() {
        var events = new ArrayList<Event>();
        int changes = random.nextInt(3) == 0 ? 20_000 : random.nextInt(50);
        int spread = random.nextBoolean() ? 3 * SEGMENT : 70_000;
        for (int i = 0; i < changes; i++) {
            events.add(new Event(false, random.nextInt(spread)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            events.add(new Event(true, 1 + random.nextInt(3 * SEGMENT)));
        }
        return events;
    }

    private static List<FileChanges> replay(List<Event> events) {
        long limit = events.stream()
                .filter(Event::limit)
                .mapToLong(Event::block)
                .min()
                .orElse(Long.MAX_VALUE);
        var all = new TreeSet<Long>();
        events.stream().filter(event -> !event.limit()).map(Event::block).forEach(all::add);
        var segments = new ArrayList<FileChanges>();
        for (long first = 0; first < 3L * SEGMENT; first += SEGMENT) {
            long from = first;
            var within = all.subSet(first, Math.max(first, Math.min(limit, first + SEGMENT))).stream()
                    .mapToInt(block -> (int) (block - from))
                    .toArray();
            if (limit <= first) {
                segments.add(new FileChanges.Whole(WholeReason.TRUNCATED));
            } else if (limit < first + SEGMENT) {
                segments.add(blocksAndUnknownFrom((int) (limit - first), within));
            } else {
                segments.add(within.length == 0 ? new FileChanges.Unchanged() : blocks(within));
            }
        }
        return segments;
    }
}
