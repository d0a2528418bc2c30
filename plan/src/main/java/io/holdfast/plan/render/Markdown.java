package io.holdfast.plan.render;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a document as Markdown in which a text of the plan cannot become anything but text. */
final class Markdown {

    private static final Pattern BACKTICKS = Pattern.compile("`+");

    private Markdown() {}

    static String write(List<Block> blocks) {
        return blocks.stream().map(Markdown::of).collect(Collectors.joining("\n\n", "", "\n"));
    }

    private static String of(Block block) {
        return switch (block) {
            case Block.Heading(var level, var text) -> "#".repeat(level) + " " + inline(text);
            case Block.Paragraph(var text) -> inline(text);
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
                .map(cell -> inline(cell).replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** On one line; no HTML, no links, no emphasis but ours. */
    private static String inline(String text) {
        return text.replaceAll("\\s+", " ")
                .replaceAll("&(?=#?[A-Za-z0-9]+;)", "&amp;")
                .replaceAll("<(?=[A-Za-z/!?])", "&lt;")
                .replace("](", "]\\(")
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
