package io.holdfast.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The option {@code -o}, for every command that has a result: mixed in with {@link picocli.CommandLine.Mixin}. With
 * {@code -o json} a failure is one JSON object on stderr, and stdout stays empty.
 */
public final class OutputOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "Result as ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private OutputFormat format = OutputFormat.TABLE;

    public OutputFormat format() {
        return format;
    }

    /**
     * Writes the result of the command to its stdout; only the form that was asked for is made.
     *
     * @param document records, lists, maps, strings, numbers and times: what Jackson writes without help
     */
    public void print(Supplier<Table> table, Supplier<?> document) {
        printText(out -> table.get().print(out), document);
    }

    /** The same for a result that is more than one table. */
    public void printText(Consumer<PrintWriter> text, Supplier<?> document) {
        var out = out();
        switch (format) {
            case TABLE -> text.accept(out);
            case JSON -> out.println(Json.write(document.get()));
        }
        out.flush();
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }
}
