package io.holdfast.cli;

import io.holdfast.cli.run.RunDocument;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast runs list}. */
@Command(name = "list", description = "List the runs, the newest first.")
final class RunsListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private RunsOptions options;

    @Option(names = "--open", description = "Only those that have not ended.")
    private boolean open;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit = 50;

    @Override
    public Integer call() {
        try (var opened = OpenRuns.of(spec, options)) {
            var runs = opened.runs().list(open, Math.max(1, limit));
            var now = Workspace.surroundings(spec).clock().instant();
            output.print(
                    () -> RunText.list(runs, now),
                    () -> runs.stream().map(RunDocument.Entry::of).toList());
        }
        return 0;
    }
}
