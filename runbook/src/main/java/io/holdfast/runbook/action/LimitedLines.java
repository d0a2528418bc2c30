package io.holdfast.runbook.action;

import java.util.List;

/** Lines as one text that a step can answer: it is recorded, shown, and signed in the evidence, so it has a limit. */
public final class LimitedLines {

    /** In characters of a text. */
    public static final int MOST = 8_000;

    /** Of one line, so that a few of them are kept whatever they say. */
    static final int MOST_OF_A_LINE = 1_000;

    private static final String CUT = " ...";

    private static final int ROOM_FOR_THE_LAST = 24;

    private LimitedLines() {}

    /**
     * One below the other, the first ones if there is no room for all: the last line then says how many are left out.
     *
     * @param lines the most important first
     */
    public static String of(List<String> lines) {
        var text = new StringBuilder();
        for (var n = 0; n < lines.size(); n++) {
            var line = cut(lines.get(n).replace('\n', ' '));
            if (text.length() + line.length() > MOST - ROOM_FOR_THE_LAST) {
                return text.append("and %d more".formatted(lines.size() - n)).toString();
            }
            text.append(line).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** Not within a character of two units, which nobody could store. */
    private static String cut(String line) {
        if (line.length() <= MOST_OF_A_LINE) {
            return line;
        }
        var end = Character.isHighSurrogate(line.charAt(MOST_OF_A_LINE - 1)) ? MOST_OF_A_LINE - 1 : MOST_OF_A_LINE;
        return line.substring(0, end) + CUT;
    }
}
