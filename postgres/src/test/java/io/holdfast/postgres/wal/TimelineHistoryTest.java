package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimelineHistoryTest {

    private static final TimelineHistory FIVE = TimelineHistory.parse(new TimelineId(5), """
            1\t0/3000000\tno recovery target specified

            # an operator was here
              2 0/5000060 before 2026-01-15 12:00:00+00\r
            4\t1/A0
            """);

    @Test
    void is_read_with_comments_blank_lines_and_foreign_line_ends() {
        assertThat(FIVE.forks())
                .containsExactly(
                        new TimelineHistory.Fork(
                                new TimelineId(1), Lsn.parse("0/3000000"), "no recovery target specified"),
                        new TimelineHistory.Fork(
                                new TimelineId(2), Lsn.parse("0/5000060"), "before 2026-01-15 12:00:00+00"),
                        new TimelineHistory.Fork(new TimelineId(4), Lsn.parse("1/A0"), ""));
        assertThat(TimelineHistory.parse(FIVE.timeline(), FIVE.print())).isEqualTo(FIVE);
    }

    @Test
    void prints_what_a_server_wrote() {
        assertThat(WalFixture.of(18, 2).identity().history().print())
                .matches("1\\t0/[0-9A-F]+\\tno recovery target specified\\n");
    }

    @ParameterizedTest
    @CsvSource({"0/0,1", "0/2FFFFFF,1", "0/3000000,2", "0/500005F,2", "0/5000060,4", "1/9F,4", "1/A0,5", "F/0,5"})
    void tells_the_timeline_of_a_position(String position, int timeline) {
        assertThat(FIVE.timelineAt(Lsn.parse(position))).isEqualTo(new TimelineId(timeline));
    }

    @Test
    void knows_its_ancestors_and_where_they_were_left() {
        assertThat(FIVE.parent()).contains(new TimelineId(4));
        assertThat(FIVE.begin()).isEqualTo(Lsn.parse("1/A0"));
        assertThat(FIVE.leftAt(new TimelineId(2))).contains(Lsn.parse("0/5000060"));
        assertThat(FIVE.descendsFrom(new TimelineId(1))).isTrue();
        assertThat(FIVE.descendsFrom(new TimelineId(3))).isFalse();
        assertThat(FIVE.descendsFrom(new TimelineId(5))).isFalse();
        assertThat(FIVE.passes(new TimelineId(1), Lsn.parse("0/3000000"))).isTrue();
        assertThat(FIVE.passes(new TimelineId(1), Lsn.parse("0/3000008"))).isFalse();
        assertThat(FIVE.passes(new TimelineId(5), Lsn.parse("F/0"))).isTrue();
        assertThat(FIVE.of(new TimelineId(4)).orElseThrow().forks())
                .isEqualTo(FIVE.forks().subList(0, 2));
        assertThat(FIVE.of(new TimelineId(3))).isEmpty();
    }

    @Test
    void a_timeline_without_parents_holds_every_position() {
        var first = TimelineHistory.withoutParents(new TimelineId(1));

        assertThat(first.timelineAt(Lsn.NONE)).isEqualTo(new TimelineId(1));
        assertThat(first.begin()).isEqualTo(Lsn.NONE);
        assertThat(first.parent()).isEmpty();
        assertThat(first.print()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2;0/1|2;0/2, 'timelines must ascend, in ''2 0/2'''",
        "1;0/2|2;0/1, 'positions must not descend, in ''2 0/1'''",
        "5;0/1, 'parents come before children, in ''5 0/1'''",
        "x;0/1, 'a timeline and a position were expected, in ''x 0/1'''",
        "1, 'a timeline and a position were expected, in ''1'''",
        "0;0/1, 'there is no such timeline, in ''0 0/1'''",
        "4294967296;0/1, 'there is no such timeline, in ''4294967296 0/1'''"
    })
    void nonsense_is_refused(String lines, String reason) {
        var text = lines.replace('|', '\n').replace(';', ' ');

        assertThatThrownBy(() -> TimelineHistory.parse(new TimelineId(5), text))
                .isInstanceOf(InvalidTimelineHistoryException.class)
                .satisfies(problem -> assertThat(
                                String.valueOf(problem.getMessage()).replace('\t', ' '))
                        .isEqualTo("history of timeline 5 is not valid: " + reason));
    }
}
