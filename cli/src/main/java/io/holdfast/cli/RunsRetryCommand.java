package io.holdfast.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs retry}. */
@Command(
        name = "retry",
        description = "Begin a step anew that failed or whose outcome is unknown; with --from, all behind it, too.")
final class RunsRetryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Mixin
    private PersonOption person;

    @Parameters(index = "0", paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Parameters(index = "1", paramLabel = "STEP", description = "The step, as 'runs show' names it.")
    private String step = "";

    @Option(names = "--from", description = "Begin the step and all behind it anew, also those that are done.")
    private boolean from;

    @Override
    public Integer call() {
        try (var open = OpenRuns.of(spec, options)) {
            var id = open.find(run);
            if (from) {
                open.runs().retryFrom(id, step, person.name());
            } else {
                open.runs().retry(id, step, person.name());
            }
        }
        return 0;
    }
}
