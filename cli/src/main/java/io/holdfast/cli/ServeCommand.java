package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.evidence.HostEvidence;
import io.holdfast.runbook.schedule.Resident;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
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
            "Runs that have ended go into the evidence of the repository, where one is configured that opens without asking.",
            "Ctrl-C or SIGTERM ends it; the runs that it executes stay in the record, and others, or the next one, go on with them."
        })
final class ServeCommand implements Callable<Integer>, TakesSettings {

    private static final Duration RECORDING = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_EVIDENCE;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var open = OpenRuns.toExecute(spec, options, "serve");
                var resident = Resident.start(open.database(), open.runs())) {
            ShutDown.closing(() -> end(resident, open));
            Thread.ofVirtual().name("evidence").start(() -> recordEvidence(open));
            spec.commandLine()
                    .getErr()
                    .println("serving the runs in " + options.location(Workspace.surroundings(spec)));
            new CountDownLatch(1).await();
            return 0;
        }
    }

    /** What cannot be recorded now can be later, and is told once. */
    private void recordEvidence(OpenRuns open) {
        var workspace = Workspace.of(spec);
        var told = new HashSet<String>();
        while (true) {
            var problems = new StringWriter();
            HostEvidence.recordIfConfigured(workspace, open.database(), new PrintWriter(problems, true));
            if (told.add(problems.toString())) {
                spec.commandLine().getErr().print(problems);
                spec.commandLine().getErr().flush();
            }
            LockSupport.parkNanos(RECORDING.toNanos());
        }
    }

    private static void end(Resident resident, OpenRuns open) {
        resident.close();
        open.close();
    }
}
