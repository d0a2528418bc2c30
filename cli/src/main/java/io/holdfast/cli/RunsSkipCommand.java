package io.holdfast.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs skip}. */
@Command(name = "skip", description = "Let a run go on without a step, and all within it; it ends with exceptions.")
final class RunsSkipCommand implements Callable<Integer> {

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

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    @Override
    public Integer call() {
        try (var open = OpenRuns.of(spec, options)) {
            open.runs().skip(open.find(run), step, person.name(), reason);
        }
        return 0;
    }
}
