package io.holdfast.plan.render;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a document as Markdown in which a text of the plan cannot become anything but text. */
public final class Markdown {

    private static final Pattern BACKTICKS = Pattern.compile("`+");

    /** A bar would end a cell, and the backslash before it what is to keep it from that. */
    private static final Pattern BEFORE_BAR = Pattern.compile("(\\\\*)\\|");

    private static final Pattern MARK = Pattern.compile("```|~~~|>|#{1,6}(?: |$)|[+*-](?: |$)|(?:[-*_] ?){3,}$");

    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,9})[.)](?: |$)");

    private Markdown() {}

    static String write(List<Block> blocks) {
        return blocks.stream().map(Markdown::of).collect(Collectors.joining("\n\n", "", "\n"));
    }

    private static String of(Block block) {
        return switch (block) {
            case Block.Heading(var level, var text) -> "#".repeat(level) + " " + inline(text);
            case Block.Paragraph(var text) -> beginning(inline(text).strip());
            case Block.Fact fact -> fact(fact);
            case Block.Bullets(var facts) ->
                facts.stream().map(fact -> "- " + fact(fact)).collect(Collectors.joining("\n"));
            case Block.Numbered(var number, var title, var lines) ->
                "**%s. %s**".formatted(number, inline(title))
                        + lines.stream().map(line -> "\n- " + inline(line)).collect(Collectors.joining());
            case Block.Ticks(var items) ->
                items.stream().map(item -> "- [ ] " + inline(item)).collect(Collectors.joining("\n"));
            case Block.Table(var columns, var rows) -> table(columns, rows);
            case Block.Code(var language, var text) -> code(language, text);
            case Block.Divider _ -> "---";
        };
    }

    private static String fact(Block.Fact fact) {
        return "**%s**: %s".formatted(inline(fact.name()), inline(fact.text()));
    }

    private static String table(List<String> columns, List<List<String>> rows) {
        var lines = new StringBuilder();
        lines.append(row(columns)).append('\n').append("|").append("---|".repeat(columns.size()));
        rows.forEach(cells -> lines.append('\n').append(row(cells)));
        return lines.toString();
    }

    private static String row(List<String> cells) {
        return cells.stream()
                .map(cell -> BEFORE_BAR.matcher(inline(cell)).replaceAll("$1$1\\\\|"))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** A paragraph is no heading, quotation, list or rule, and opens no fence, which would take in all that follows. */
    private static String beginning(String text) {
        var number = NUMBER.matcher(text);
        if (number.lookingAt()) {
            return number.group(1) + "\\" + text.substring(number.end(1));
        }
        return MARK.matcher(text).lookingAt() ? "\\" + text : text;
    }

    /** A text on one line of a page: no HTML, no links and nothing that links could lead to, no emphasis but ours. */
    public static String inline(String text) {
        return text.replaceAll("\\s+", " ")
                .replaceAll("&(?=#?[A-Za-z0-9]+;)", "&amp;")
                .replaceAll("<(?=[A-Za-z/!?])", "&lt;")
                .replace("](", "]\\(")
                .replace("][", "]\\[")
                .replace("]:", "]\\:")
                .replace("![", "!\\[")
                .replace("**", "\\*\\*")
                .replace("__", "\\_\\_");
    }

    /** Between fences longer than any within it. */
    private static String code(String language, String text) {
        var longest = BACKTICKS
                .matcher(text)
                .results()
                .mapToInt(found -> found.group().length())
                .max()
                .orElse(0);
        var fence = "`".repeat(Math.max(3, longest + 1));
        return "%s%s\n%s\n%s".formatted(fence, language, text.stripTrailing(), fence);
    }
}
