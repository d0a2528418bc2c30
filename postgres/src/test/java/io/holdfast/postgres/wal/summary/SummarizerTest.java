package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SummarizerTest {

    private static Summarizer on(int timeline, int written, int read) {
        return new Summarizer(true, Optional.of(new TimelineId(timeline)), new Lsn(written), new Lsn(read));
    }

    private static final Summarizer NOT_YET = new Summarizer(true, Optional.empty(), Lsn.NONE, Lsn.NONE);

    @Nested
    class It_got_further {

        @Test
        void when_it_has_read_more() {
            assertThat(on(1, 0x100, 0x201).isBeyond(on(1, 0x100, 0x200))).isTrue();
            assertThat(on(1, 0x100, 0x200).isBeyond(NOT_YET)).isTrue();
        }

        @Test
        void when_it_went_back_to_where_the_next_timeline_begins() {
            assertThat(on(2, 0x180, 0x180).isBeyond(on(1, 0x100, 0x200))).isTrue();
        }

        @Test
        void but_not_when_it_began_again_after_a_failure() {
            assertThat(on(1, 0x100, 0x100).isBeyond(on(1, 0x100, 0x200))).isFalse();
            assertThat(on(1, 0x100, 0x200).isBeyond(on(1, 0x100, 0x200))).isFalse();
            assertThat(NOT_YET.isBeyond(NOT_YET)).isFalse();
        }
    }

    @Nested
    class It_has_passed_a_range {

        private final WalRange range = new WalRange(new TimelineId(2), new Lsn(0x300), new Lsn(0x400));

        @Test
        void whose_beginning_is_in_what_it_has_written() {
            assertThat(on(2, 0x301, 0x301).hasPassed(range)).isTrue();
            assertThat(on(3, 0x200, 0x200).hasPassed(range)).isTrue();
        }

        @Test
        void but_not_one_that_its_next_summary_can_begin_with() {
            assertThat(on(2, 0x300, 0x500).hasPassed(range)).isFalse();
            assertThat(on(2, 0x200, 0x200).hasPassed(range)).isFalse();
            assertThat(on(1, 0x900, 0x900).hasPassed(range)).isFalse();
            assertThat(NOT_YET.hasPassed(range)).isFalse();
        }
    }
}
