package io.holdfast.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs cancel}. */
@Command(
        name = "cancel",
        description = "End a run here; an action that is under way is interrupted. What was done stays done.")
final class RunsCancelCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Mixin
    private PersonOption person;

    @Parameters(index = "0", paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    @Override
    public Integer call() {
        try (var open = OpenRuns.of(spec, options)) {
            open.runs().cancel(open.find(run), person.name(), reason);
        }
        return 0;
    }
}
