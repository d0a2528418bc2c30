package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CoverageTest {

    private static final TimelineHistory THIRD =
            TimelineHistory.parse(new TimelineId(3), "1\t0/500\tfirst\n2\t0/800\tsecond\n");

    private static Lsn lsn(int offset) {
        return new Lsn(offset);
    }

    private static TimelineId timeline(int number) {
        return new TimelineId(number);
    }

    private static WalRange range(int timeline, int from, int to) {
        return new WalRange(timeline(timeline), lsn(from), lsn(to));
    }

    private static SummaryName summary(int timeline, int start, int end) {
        return new SummaryName(timeline(timeline), lsn(start), lsn(end));
    }

    @Nested
    class The_way_of_a_server {

        @Test
        void on_one_timeline_is_one_piece() {
            assertThat(WalRange.along(THIRD, lsn(0x900), lsn(0xA00))).containsExactly(range(3, 0x900, 0xA00));
        }

        @Test
        void over_timelines_is_a_piece_on_each() {
            assertThat(WalRange.along(THIRD, lsn(0x300), lsn(0xA00)))
                    .containsExactly(range(1, 0x300, 0x500), range(2, 0x500, 0x800), range(3, 0x800, 0xA00));
        }

        @Test
        void can_begin_and_end_on_a_fork() {
            assertThat(WalRange.along(THIRD, lsn(0x500), lsn(0x800))).containsExactly(range(2, 0x500, 0x800));
        }

        @Test
        void does_not_touch_a_timeline_that_was_left_where_it_began() {
            var history = TimelineHistory.parse(timeline(3), "1\t0/500\n2\t0/500\n");

            assertThat(WalRange.along(history, lsn(0x300), lsn(0x600)))
                    .containsExactly(range(1, 0x300, 0x500), range(3, 0x500, 0x600));
        }

        @Test
        void from_one_place_to_the_same_is_nothing() {
            assertThat(WalRange.along(THIRD, lsn(0x700), lsn(0x700))).isEmpty();
        }
    }

    @Nested
    class Summaries {

        private final Coverage coverage = new Coverage(List.of(range(1, 0x300, 0x500), range(2, 0x500, 0x700)));

        private Optional<WalRange> hole(SummaryName... names) {
            return coverage.firstHole(List.of(names));
        }

        @Test
        void cover_the_way_in_any_order_and_beyond_its_ends() {
            assertThat(hole(summary(2, 0x500, 0x900), summary(1, 0x400, 0x500), summary(1, 0x100, 0x400)))
                    .isEmpty();
        }

        @Test
        void may_overlap_and_lie_within_each_other() {
            assertThat(hole(
                            summary(1, 0x300, 0x480),
                            summary(1, 0x310, 0x320),
                            summary(1, 0x470, 0x500),
                            summary(2, 0x500, 0x700)))
                    .isEmpty();
        }

        @Test
        void may_be_missing_at_the_beginning() {
            assertThat(hole(summary(1, 0x301, 0x500), summary(2, 0x500, 0x700))).contains(range(1, 0x300, 0x301));
        }

        @Test
        void may_be_missing_between() {
            assertThat(hole(summary(1, 0x300, 0x400), summary(1, 0x410, 0x500), summary(2, 0x500, 0x700)))
                    .contains(range(1, 0x400, 0x410));
        }

        @Test
        void may_be_missing_before_a_fork() {
            assertThat(hole(summary(1, 0x300, 0x4F0), summary(2, 0x500, 0x700))).contains(range(1, 0x4F0, 0x500));
        }

        @Test
        void may_be_missing_at_the_end() {
            assertThat(hole(summary(1, 0x300, 0x500), summary(2, 0x500, 0x6FF))).contains(range(2, 0x6FF, 0x700));
            assertThat(hole()).contains(range(1, 0x300, 0x500));
        }

        @Test
        void of_another_timeline_do_not_count() {
            assertThat(hole(summary(1, 0x300, 0x700))).contains(range(2, 0x500, 0x700));
            assertThat(hole(summary(2, 0x300, 0x700), summary(3, 0x300, 0x700))).contains(range(1, 0x300, 0x500));
        }

        @Test
        void are_chosen_if_they_touch_a_needed_piece_on_its_timeline() {
            var names = List.of(
                    summary(1, 0x100, 0x300),
                    summary(1, 0x2FF, 0x301),
                    summary(1, 0x301, 0x900),
                    summary(2, 0x100, 0x500),
                    summary(2, 0x500, 0x700),
                    summary(2, 0x700, 0x800),
                    summary(3, 0x300, 0x700));

            assertThat(coverage.choose(names))
                    .containsExactly(summary(1, 0x2FF, 0x301), summary(1, 0x301, 0x900), summary(2, 0x500, 0x700));
        }
    }

    @Nested
    class A_prior_backup {

        private Optional<SummaryDoubt> doubt(int timeline, int stop) {
            return new PriorBackup(timeline(timeline), lsn(0x100), lsn(stop)).doubt(THIRD, lsn(0x900));
        }

        @Test
        void is_an_earlier_state_of_the_same_timeline_or_of_one_before() {
            assertThat(doubt(3, 0x900)).isEmpty();
            assertThat(doubt(2, 0x800)).isEmpty();
            assertThat(doubt(1, 0x500)).isEmpty();
        }

        @Test
        void that_went_on_where_the_timeline_was_left_is_none() {
            assertThat(doubt(2, 0x801)).contains(new SummaryDoubt.Diverged(timeline(2), lsn(0x801), lsn(0x800)));
            assertThat(doubt(2, 0x801).orElseThrow().sentence())
                    .isEqualTo("the prior backup stopped at 0/801 on timeline 2, which this server left at 0/800");
        }

        @Test
        void of_a_timeline_that_is_not_in_the_history_is_none() {
            assertThat(doubt(4, 0x200)).contains(new SummaryDoubt.OtherHistory(timeline(4), timeline(3)));
            assertThat(doubt(4, 0x200).orElseThrow().sentence())
                    .isEqualTo("the prior backup is of timeline 4, which is not in the history of timeline 3");
        }

        @Test
        void that_stopped_after_the_new_one_started_is_none() {
            assertThat(doubt(3, 0x901)).contains(new SummaryDoubt.PriorNotOver(lsn(0x901), lsn(0x900)));
            assertThat(doubt(3, 0x901).orElseThrow().sentence())
                    .isEqualTo("the prior backup stopped at 0/901, after 0/900 where this one starts");
        }

        @Test
        void cannot_stop_before_it_starts() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PriorBackup(timeline(1), lsn(0x200), lsn(0x1FF)))
                    .withMessage("a backup cannot stop at 0/1FF, before its start 0/200");
        }
    }

    @Nested
    class The_name_of_a_summary {

        @Test
        void says_timeline_start_and_end() {
            var name = new SummaryName(timeline(0x1A), Lsn.parse("2/B3000028"), Lsn.parse("2/C4000060"));

            assertThat(name.fileName()).isEqualTo("0000001A00000002B300002800000002C4000060.summary");
            assertThat(SummaryName.parse(name.fileName())).contains(name);
        }

        @Test
        void is_none_of_other_files() {
            assertThat(SummaryName.parse("temp.summary")).isEmpty();
            assertThat(SummaryName.parse("0000001A00000002B300002800000002C4000060.summary.tmp"))
                    .isEmpty();
            assertThat(SummaryName.parse("0000001a00000002b300002800000002c4000060.summary"))
                    .isEmpty();
            assertThat(SummaryName.parse("0000000000000002B300002800000002C4000060.summary"))
                    .isEmpty();
            assertThat(SummaryName.parse("0000001A00000002B300002800000002B3000028.summary"))
                    .isEmpty();
        }
    }
}
