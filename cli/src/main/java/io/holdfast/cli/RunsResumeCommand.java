package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs resume}. */
@Command(
        name = "resume",
        description = {
            "Go on with a run that is paused, or whose process has died. It is executed here, unless a process that is alive has it;"
                    + " a step whose outcome is unknown is probed first. With --retry a step that failed, or whose outcome is"
                    + " unknown, is begun anew in this process: no resident engine comes first, as it can after 'runs retry'."
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

    @Option(
            names = "--retry",
            paramLabel = "STEP",
            description = "Begin this step anew, as 'runs show' names it, and go on from there.")
    private Optional<String> retry = Optional.empty();

    @Option(names = "--detach", description = "Leave it to 'holdfast serve'.")
    private boolean detach;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_EVIDENCE;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (detach && retry.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--retry is for this process; leave a step to others with: holdfast runs retry");
        }
        try (var open = OpenRuns.toExecute(spec, options, "resume")) {
            var id = open.find(run);
            if (detach) {
                open.runs().resume(id, person.name());
                return 0;
            }
            retry.ifPresentOrElse(
                    step -> open.runs().resumeHere(id, person.name(), step),
                    () -> open.runs().resumeHere(id, person.name()));
            var err = spec.commandLine().getErr();
            try (var _ = RunFollower.of(open.runs(), id, err)) {
                open.runs().execute(id);
            }
            RunCommand.recordEvidence(spec, open);
            return RunCommand.report(open.runs().show(id), output);
        }
    }
}
