package io.holdfast.cli;

import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.run.RunView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast runs watch}: what an operator looks at during a disaster. */
@Command(
        name = "watch",
        description = {
            "Show a run until it ends or waits for a person: the step that it is at, its clock against the objective, the forecast,"
                    + " and what needs a person. On a terminal it is drawn anew each second; elsewhere each event is a line."
        })
final class RunsWatchCommand implements Callable<Integer> {

    private static final String TOP = "\u001b[H\u001b[2J";
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private RunsOptions options;

    @Parameters(paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Override
    public Integer call() throws InterruptedException {
        try (var open = OpenRuns.of(spec, options)) {
            var id = open.find(run);
            return RunCommand.report(
                    Workspace.surroundings(spec).terminal() ? drawn(open, id) : told(open, id), output);
        }
    }

    private RunView drawn(OpenRuns open, RunId id) throws InterruptedException {
        var view = open.runs().show(id);
        while (goesOn(view)) {
            draw(view);
            Thread.sleep(BETWEEN_LOOKS);
            view = open.runs().show(id);
        }
        return view;
    }

    private RunView told(OpenRuns open, RunId id) throws InterruptedException {
        try (var _ = RunFollower.of(open.runs(), id, spec.commandLine().getErr())) {
            var view = open.runs().show(id);
            while (goesOn(view)) {
                Thread.sleep(BETWEEN_LOOKS);
                view = open.runs().show(id);
            }
            return view;
        }
    }

    private static boolean goesOn(RunView view) {
        return !view.run().state().isEnd() && !view.run().state().isPaused();
    }

    private void draw(RunView view) {
        var text = new StringWriter();
        RunText.timeline(view, new PrintWriter(text));
        var err = spec.commandLine().getErr();
        err.print(TOP + text);
        err.flush();
    }
}
