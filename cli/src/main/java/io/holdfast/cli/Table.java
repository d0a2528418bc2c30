package io.holdfast.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows beneath a heading, in columns two spaces apart, for people to read. A cell is one line: control characters,
 * which a name in a database may hold and a terminal would obey, and those that turn the order of letters are shown as {@code ?}.
 */
public record Table(List<Column> columns, List<List<String>> rows) {

    private static final String GAP = "  ";
    private static final char DELETE = 0x7f;

    /** Control characters, those of one byte in Latin-1 too, and what turns the order of letters around. */
    private static final Pattern OBEYED = Pattern.compile("[\\p{Cc}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    /** Where the text of a column stands. */
    public enum Align {
        LEFT,
        /** For numbers, so that their digits stand beneath each other. */
        RIGHT
    }

    /** A heading and where the cells beneath it stand. */
    public record Column(String title, Align align) {

        public static Column left(String title) {
            return new Column(title, Align.LEFT);
        }

        public static Column right(String title) {
            return new Column(title, Align.RIGHT);
        }
    }

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (var row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row of %d cells in a table of %d columns: %s".formatted(row.size(), columns.size(), row));
            }
        }
    }

    public static Table of(Column... columns) {
        return new Table(List.of(columns), List.of());
    }

    public Table withRow(Object... cells) {
        return withRows(Stream.of(List.of(cells)));
    }

    /** All at once: there may be thousands, and several may be made at a time. */
    public Table withRows(Stream<List<Object>> cells) {
        var more = new ArrayList<>(rows);
        more.addAll(cells.map(row ->
                        row.stream().map(cell -> oneLine(cell.toString())).toList())
                .toList());
        return new Table(columns, more);
    }

    public void print(PrintWriter out) {
        var widths = IntStream.range(0, columns.size()).map(this::width).boxed().toList();
        out.println(line(columns.stream().map(Column::title).toList(), widths));
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private int width(int column) {
        return Math.max(
                length(columns.get(column).title()),
                rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0));
    }

    private String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (var i = 0; i < cells.size(); i++) {
            var padding = " ".repeat(widths.get(i) - length(cells.get(i)));
            line.append(i == 0 ? "" : GAP);
            switch (columns.get(i).align()) {
                case LEFT -> line.append(cells.get(i)).append(padding);
                case RIGHT -> line.append(padding).append(cells.get(i));
            }
        }
        return line.toString().stripTrailing();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String oneLine(String cell) {
        for (int at = 0; at < cell.length(); at++) {
            if (!isPlain(cell.charAt(at))) {
                return OBEYED.matcher(cell).replaceAll("?");
            }
        }
        return cell;
    }

    private static boolean isPlain(char letter) {
        return letter >= ' ' && letter < DELETE;
    }
}
