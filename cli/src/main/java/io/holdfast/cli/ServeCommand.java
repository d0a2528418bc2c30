package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.runbook.schedule.Resident;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast serve}: the resident engine. */
@Command(
        name = "serve",
        description = {
            "Execute what is due until it is told to end: runs that were resumed, and those whose process has died, which are taken"
                    + " over within 30 seconds. Several on the same state share the work; when one dies, the others go on.",
            "Ctrl-C or SIGTERM ends it; the runs that it executes stay in the record, and others, or the next one, go on with them."
        })
final class ServeCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var open = OpenRuns.toExecute(spec, options, "serve");
                var resident = Resident.start(open.database(), open.runs())) {
            ShutDown.closing(() -> end(resident, open));
            spec.commandLine()
                    .getErr()
                    .println("serving the runs in " + options.location(Workspace.surroundings(spec)));
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private static void end(Resident resident, OpenRuns open) {
        resident.close();
        open.close();
    }
}
