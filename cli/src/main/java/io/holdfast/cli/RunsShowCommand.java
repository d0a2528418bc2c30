package io.holdfast.cli;

import io.holdfast.cli.run.RunDocument;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs show}. */
@Command(name = "show", description = "Show one run: its clock, its steps, and what a person must do.")
final class RunsShowCommand implements Callable<Integer> {

    private static final int ALL = 100_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private RunsOptions options;

    @Parameters(paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Option(names = "--log", description = "Also everything that has happened in it, line by line.")
    private boolean log;

    @Override
    public Integer call() {
        try (var open = OpenRuns.of(spec, options)) {
            var id = open.find(run);
            var view = open.runs().show(id);
            output.printText(
                    out -> {
                        RunText.timeline(view, out);
                        if (log) {
                            out.println();
                            open.runs().events(id, 0, ALL).forEach(event -> out.println(RunText.line(event)));
                        }
                    },
                    () -> RunDocument.of(view));
        }
        return 0;
    }
}
