package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.cli.Table.Column;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TableTest {

    private static Stream<String> printed(Table table) {
        var text = new StringWriter();
        table.print(new PrintWriter(text));
        return text.toString().lines();
    }

    @Test
    void columns_are_as_wide_as_their_widest_cell_and_numbers_stand_to_the_right() {
        var table = Table.of(Column.left("BACKUP"), Column.right("MB"), Column.left("NOTE"))
                .withRow("20260115-020000F", 7, "")
                .withRow("é", 12345, "kept");

        assertThat(printed(table))
                .containsExactly(
                        "BACKUP               MB  NOTE", "20260115-020000F      7", "é                 12345  kept");
    }

    @Test
    void without_rows_the_heading_stands_alone() {
        assertThat(printed(Table.of(Column.left("BACKUP"), Column.right("MB")))).containsExactly("BACKUP  MB");
    }

    @Test
    void a_name_cannot_command_the_terminal_or_begin_a_row() {
        assertThat(printed(Table.of(Column.left("NAME")).withRow("a\u001b[2Jb\nc\u009b1md\u202ee")))
                .containsExactly("NAME", "a?[2Jb?c?1md?e");
    }

    @Test
    void a_row_of_another_width_is_a_defect() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Table.of(Column.left("NAME")).withRow("a", "b"));
    }
}
