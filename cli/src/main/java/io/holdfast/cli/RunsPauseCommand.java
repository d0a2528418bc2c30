package io.holdfast.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs pause}. */
@Command(name = "pause", description = "Let no further step of a run begin; one that is under way ends first.")
final class RunsPauseCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Mixin
    private PersonOption person;

    @Parameters(index = "0", paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    @Override
    public Integer call() {
        try (var open = OpenRuns.of(spec, options)) {
            open.runs().pause(open.find(run), person.name(), reason);
        }
        return 0;
    }
}
