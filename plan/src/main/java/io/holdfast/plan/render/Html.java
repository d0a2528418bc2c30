package io.holdfast.plan.render;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a document as one HTML page without scripts and without anything from elsewhere. */
final class Html {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>@title@</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
            h2 { border-bottom: 1px solid #ccc; margin-top: 2.5rem; }
            table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
            th, td { border: 1px solid #ccc; padding: .35rem .6rem; text-align: left; vertical-align: top; }
            th { background: #f3f3f3; }
            pre { background: #f6f6f6; border: 1px solid #ddd; padding: .7rem; overflow-x: auto; }
            code { background: #f3f3f3; overflow-wrap: anywhere; }
            pre code { background: none; }
            .step { margin: 1.2rem 0 .4rem; font-weight: 600; }
            ul.ticks { list-style: none; padding-left: 0; }
            @media print { body { margin: 0; max-width: none; } pre { white-space: pre-wrap; } }
            </style>
            </head>
            <body>
            """;

    private Html() {}

    static String write(String title, List<Block> blocks) {
        return blocks.stream()
                .map(Html::of)
                .collect(Collectors.joining("\n", HEAD.replace("@title@", escape(title)), "\n</body>\n</html>\n"));
    }

    private static String of(Block block) {
        return switch (block) {
            case Block.Heading(var level, var text) -> "<h%d>%s</h%d>".formatted(level, inline(text), level);
            case Block.Paragraph(var text) -> "<p>%s</p>".formatted(inline(text));
            case Block.Fact fact -> "<p>%s</p>".formatted(fact(fact));
            case Block.Bullets(var facts) ->
                facts.stream()
                        .map(fact -> "<li>%s</li>".formatted(fact(fact)))
                        .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>"));
            case Block.Numbered(var number, var title, var lines) -> numbered(number, title, lines);
            case Block.Ticks(var items) ->
                items.stream()
                        .map(item -> "<li>&#9744; %s</li>".formatted(inline(item)))
                        .collect(Collectors.joining("\n", "<ul class=\"ticks\">\n", "\n</ul>"));
            case Block.Table(var columns, var rows) ->
                "<table>\n<thead>%s</thead>\n<tbody>\n%s\n</tbody>\n</table>"
                        .formatted(
                                row("th", columns),
                                rows.stream().map(cells -> row("td", cells)).collect(Collectors.joining("\n")));
            case Block.Code code ->
                "<pre><code>%s</code></pre>".formatted(escape(code.text().stripTrailing()));
            case Block.Divider _ -> "<hr>";
        };
    }

    private static String numbered(String number, String title, List<String> lines) {
        var heading = "<p class=\"step\">%s. %s</p>".formatted(escape(number), inline(title));
        return lines.isEmpty()
                ? heading
                : lines.stream()
                        .map(line -> "<li>%s</li>".formatted(inline(line)))
                        .collect(Collectors.joining("\n", heading + "\n<ul>\n", "\n</ul>"));
    }

    private static String fact(Block.Fact fact) {
        return "<strong>%s</strong>: %s".formatted(inline(fact.name()), inline(fact.text()));
    }

    private static String row(String tag, List<String> cells) {
        return cells.stream()
                .map(cell -> "<%s>%s</%s>".formatted(tag, inline(cell), tag))
                .collect(Collectors.joining("", "<tr>", "</tr>"));
    }

    private static String inline(String text) {
        return CODE.matcher(escape(text)).replaceAll("<code>$1</code>");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
