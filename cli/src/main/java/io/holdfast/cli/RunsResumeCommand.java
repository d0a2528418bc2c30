package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs resume}. */
@Command(
        name = "resume",
        description = {
            "Go on with a run that is paused, or whose process has died. It is executed here, unless a process that is alive has it;"
                    + " a step whose outcome is unknown is probed first."
        })
final class RunsResumeCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private RunsOptions options;

    @Mixin
    private PersonOption person;

    @Parameters(paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Option(names = "--detach", description = "Leave it to 'holdfast serve'.")
    private boolean detach;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_EVIDENCE;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var open = OpenRuns.toExecute(spec, options, "resume")) {
            var id = open.find(run);
            open.runs().resume(id, person.name());
            if (detach) {
                return 0;
            }
            var err = spec.commandLine().getErr();
            try (var _ = RunFollower.of(open.runs(), id, err)) {
                open.runs().execute(id);
            }
            RunCommand.recordEvidence(spec, open);
            return RunCommand.report(open.runs().show(id), output);
        }
    }
}
