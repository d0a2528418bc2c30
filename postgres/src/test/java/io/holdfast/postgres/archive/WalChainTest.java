package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalChainTest {

    @Test
    void pieces_that_follow_each_other_are_one_chain() {
        var chains = WalChain.of(List.of(piece(0, 10), piece(10, 30), piece(30, 31)));

        assertThat(chains).singleElement().satisfies(chain -> {
            assertThat(chain.start()).isEqualTo(new Lsn(0));
            assertThat(chain.end()).isEqualTo(new Lsn(31));
            assertThat(chain.objects()).hasSize(3);
        });
    }

    @Test
    void a_hole_begins_another_chain() {
        var chains = WalChain.of(List.of(piece(0, 10), piece(11, 20)));

        assertThat(chains).extracting(WalChain::end).containsExactly(new Lsn(10), new Lsn(20));
    }

    @Test
    void a_whole_segment_displaces_the_pieces_it_was_made_of() {
        var chains = WalChain.of(List.of(piece(0, 4), piece(4, 9), piece(9, 16), segment(0, 16), piece(16, 18)));

        assertThat(chains.getFirst().objects()).containsExactly(segment(0, 16), piece(16, 18));
    }

    @Test
    void overlapping_objects_of_two_sources_are_used_as_far_as_they_reach_furthest() {
        var chains = WalChain.of(List.of(piece(0, 6), piece(2, 5), piece(4, 12), piece(5, 8)));

        assertThat(chains.getFirst().objects()).containsExactly(piece(0, 6), piece(4, 12));
    }

    @Test
    void reading_from_a_position_begins_with_the_object_that_holds_it() {
        var chain =
                WalChain.of(List.of(piece(0, 10), piece(10, 20), piece(20, 30))).getFirst();

        assertThat(chain.from(new Lsn(10))).containsExactly(piece(10, 20), piece(20, 30));
        assertThat(chain.from(new Lsn(19))).containsExactly(piece(10, 20), piece(20, 30));
        assertThat(chain.from(new Lsn(30))).isEmpty();
    }

    @Test
    void an_empty_piece_covers_nothing() {
        assertThat(WalChain.of(List.of(piece(5, 5)))).isEmpty();
    }

    private static StoredWal piece(long start, long end) {
        return wal(ObjectType.WAL_PIECE, start, end);
    }

    private static StoredWal segment(long start, long end) {
        return wal(ObjectType.WAL_SEGMENT, start, end);
    }

    private static StoredWal wal(ObjectType type, long start, long end) {
        return new StoredWal(
                ObjectKey.of("wal", "%d-%d".formatted(start, end)),
                type,
                new WalRange(new TimelineId(1), new Lsn(start), new Lsn(end)),
                Instant.EPOCH);
    }
}
