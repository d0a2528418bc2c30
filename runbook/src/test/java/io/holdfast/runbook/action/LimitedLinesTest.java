package io.holdfast.runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedLinesTest {

    @Test
    void a_few_lines_are_told_as_they_are() {
        assertThat(LimitedLines.of(List.of())).isEmpty();
        assertThat(LimitedLines.of(List.of("one", "two"))).isEqualTo("one\ntwo");
        assertThat(LimitedLines.of(List.of("first\nsecond"))).isEqualTo("first second");
    }

    @Test
    void of_many_the_first_are_told_and_how_many_there_are_more() {
        var text = LimitedLines.of(Collections.nCopies(1_000, "the lamp is out [x.y]"));

        var lines = text.lines().toList();
        assertThat(text).hasSizeLessThanOrEqualTo(LimitedLines.MOST);
        assertThat(lines.getLast()).isEqualTo("and %d more".formatted(1_000 - (lines.size() - 1)));
        assertThat(lines.subList(0, lines.size() - 1)).hasSizeGreaterThan(300).containsOnly("the lamp is out [x.y]");
    }

    @Test
    void a_long_line_is_cut_between_two_characters() {
        var text = LimitedLines.of(List.of("a" + "\uD83D\uDEA8".repeat(5_000), "the next"));

        assertThat(text).startsWith("a\uD83D\uDEA8").endsWith("\uDEA8 ...\nthe next");
        assertThat(text).hasSizeLessThan(LimitedLines.MOST_OF_A_LINE + 20);
    }
}
