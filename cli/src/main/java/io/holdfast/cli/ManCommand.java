package io.holdfast.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a manual page for each command, from the same texts as its {@code --help}: for whoever packages Holdfast. */
@Command(name = "man", hidden = true, description = "Write a manual page for each command.")
final class ManCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--into", required = true, paramLabel = "DIR", description = "Folder for the pages.")
    private Path folder = Path.of("");

    @Override
    public Integer call() {
        write(RootCommand.of(spec));
        return 0;
    }

    private void write(CommandLine command) {
        var file = folder.resolve(pageName(command.getCommandSpec()) + ".1");
        try {
            Files.writeString(file, page(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shown(command).forEach(this::write);
    }

    private static String pageName(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** The commands beneath, without those that are for programs only and the aliases. */
    private static Stream<CommandLine> shown(CommandLine command) {
        return command.getSubcommands().values().stream()
                .distinct()
                .filter(below -> !below.getCommandSpec().usageMessage().hidden());
    }

    private static String page(CommandLine command) {
        var described = command.getCommandSpec();
        var page = new StringBuilder();
        page.append(".TH \"%s\" 1 \"\" \"holdfast\" \"Holdfast\"%n"
                .formatted(pageName(described).toUpperCase(Locale.ROOT)));
        page.append(".SH NAME\n%s \\- %s\n".formatted(escape(pageName(described)), escape(firstLine(described))));
        page.append(".SH SYNOPSIS\n.B %s\n%s\n".formatted(escape(described.qualifiedName()), synopsis(command)));
        page.append(".SH DESCRIPTION\n")
                .append(paragraphs(described.usageMessage().description()));
        options(page, described);
        var below = shown(command).toList();
        if (!below.isEmpty()) {
            page.append(".SH COMMANDS\n");
            for (var each : below) {
                page.append(".TP\n.B %s\n%s\n"
                        .formatted(escape(each.getCommandName()), escape(firstLine(each.getCommandSpec()))));
            }
        }
        page.append(END);
        return page.toString();
    }

    private static final String END = """
            .SH EXIT STATUS
            0 done; 1 done, but what was found is bad; 2 the command makes no sense as written; 3 refused in the present state;
            4 the wanted point in time cannot be reached; 5 a key is missing or wrong; 6 stored or live data are damaged;
            7 a server, a store or the network is not available; 8 the machine lacks something; 70 a defect of Holdfast.
            A failure is told on standard error as one line ERROR and one line HINT.
            .SH FILES
            .I /etc/holdfast/holdfast.yaml
            and
            .I ./holdfast.yaml
            .SH SEE ALSO
            .BR holdfast (1),
            .BR postgres (1)
            """;

    private static String synopsis(CommandLine command) {
        var parts = Stream.of(
                Stream.of("[\\fIOPTIONS\\fR]"),
                command.getCommandSpec().positionalParameters().stream().map(ManCommand::label),
                shown(command).findAny().stream().map(_ -> "\\fICOMMAND\\fR"));
        return parts.flatMap(part -> part).collect(Collectors.joining(" "));
    }

    private static void options(StringBuilder page, CommandSpec command) {
        var parameters = command.positionalParameters();
        var options = command.options().stream()
                .filter(option -> !option.hidden())
                .sorted((one, other) -> one.longestName().compareTo(other.longestName()))
                .toList();
        if (parameters.isEmpty() && options.isEmpty()) {
            return;
        }
        page.append(".SH OPTIONS\n");
        for (var parameter : parameters) {
            page.append(".TP\n%s\n%s".formatted(label(parameter), paragraphs(parameter.description())));
        }
        for (var option : options) {
            page.append(".TP\n%s\n%s".formatted(names(option), paragraphs(option.description())));
        }
    }

    private static String label(PositionalParamSpec parameter) {
        return "\\fI%s\\fR".formatted(escape(parameter.paramLabel()));
    }

    private static String names(OptionSpec option) {
        var names = Arrays.stream(option.names())
                .map(name -> "\\fB%s\\fR".formatted(escape(name)))
                .collect(Collectors.joining(", "));
        return option.arity().max() == 0 ? names : "%s=\\fI%s\\fR".formatted(names, escape(option.paramLabel()));
    }

    private static String firstLine(CommandSpec command) {
        var lines = command.usageMessage().description();
        return lines.length == 0 ? "" : text(lines[0]).replaceFirst("\\.$", "");
    }

    /** A line of picocli's is a paragraph; an empty one stands between two. */
    private static String paragraphs(String... lines) {
        return List.of(lines).stream()
                .map(ManCommand::text)
                .filter(line -> !line.isBlank())
                .map(line -> escape(line) + "\n")
                .collect(Collectors.joining(".br\n"));
    }

    /** As {@code --help} shows it: a percent sign is written twice, and %n ends a line. */
    private static String text(String described) {
        return String.format(described);
    }

    /** Source: groff(7): a backslash begins an escape, a hyphen that is one must be said, a dot at the beginning is a request. */
    private static String escape(String text) {
        var escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", "\n.br\n");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
