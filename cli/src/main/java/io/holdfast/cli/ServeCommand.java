package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.run.PlanTimetable;
import io.holdfast.cli.run.WatchedPlan;
import io.holdfast.plan.Plan;
import io.holdfast.runbook.schedule.Resident;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast serve}: the resident engine. */
@Command(
        name = "serve",
        description = {
            "Execute what is due until it is told to end: runs that were resumed, and those whose process has died, which are taken"
                    + " over within 30 seconds. Several on the same state share the work; when one dies, the others go on.",
            "With a plan, by --plan or in the configuration, also what the plan has under 'recurring', when it is due. The file is read"
                    + " again each time: an edit counts at once, and what is due while the plan cannot be read or has errors is"
                    + " recorded as a failed run; so are procedures that are due by a file that is not the plan in force, where that asks"
                    + " for signatures before it is changed.",
            "Runs that have ended go into the evidence of the repository, where one is configured that opens without asking.",
            "Ctrl-C or SIGTERM ends it; the runs that it executes stay in the record, and others, or the next one, go on with them."
        },
        footer = {"", "Examples:", "  holdfast serve", "  holdfast serve --plan plan.yaml --environment prod"})
final class ServeCommand implements Callable<Integer>, TakesSettings {

    private static final Duration RECORDING = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            description =
                    "Whose recurring work is done, by its name in the plan. May be repeated (default: the only one that has any).")
    private List<String> environments = List.of();

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(List.<Setting<?>>of(Settings.PLAN), Settings.OF_EVIDENCE)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        var tables = timetables();
        try (var open = OpenRuns.toExecute(spec, options, "serve");
                var resident = Resident.start(open.database(), open.runs(), List.copyOf(tables))) {
            var evidence = Thread.ofVirtual().name("evidence").start(() -> recordEvidence(open));
            ShutDown.closing(() -> {
                evidence.interrupt();
                end(resident, open);
            });
            var err = spec.commandLine().getErr();
            err.println("serving the runs in " + options.location(Workspace.surroundings(spec)));
            tables.forEach(table -> tell(table, err));
            if (tables.isEmpty()) {
                tellOfNone(err);
            }
            new CountDownLatch(1).await();
            return 0;
        }
    }

    /** What cannot be recorded now can be later; a trouble is told once, and again if it comes again. */
    private void recordEvidence(OpenRuns open) {
        var told = "";
        while (!Thread.currentThread().isInterrupted()) {
            var problems = new StringWriter();
            HostEvidence.recordIfConfigured(() -> Workspace.of(spec), open.database(), new PrintWriter(problems, true));
            if (!problems.toString().equals(told) && !Thread.currentThread().isInterrupted()) {
                told = problems.toString();
                spec.commandLine().getErr().print(told);
                spec.commandLine().getErr().flush();
            }
            LockSupport.parkNanos(RECORDING.toNanos());
        }
    }

    /** None without a plan. */
    private List<PlanTimetable> timetables() {
        var workspace = Workspace.of(spec);
        var file = workspace.configuration().find(Settings.PLAN);
        if (file.isEmpty() && !environments.isEmpty()) {
            throw UsageException.noPlan();
        }
        return file.map(plan -> WatchedPlan.of(plan, workspace.clock()))
                .map(plan -> {
                    plan.mustPass(this::requireInForce);
                    return PlanTimetable.of(plan, environments);
                })
                .orElse(List.of());
    }

    /** As for a run that a person starts: one in force that cannot be read, or told, keeps no backup from being taken. */
    private void requireInForce(Plan plan) {
        try {
            PlanInForce.require(
                    Workspace.of(spec), plan, true, spec.commandLine().getErr());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the process ends", e);
        }
    }

    private void tell(PlanTimetable table, PrintWriter err) {
        var now = Workspace.surroundings(spec).clock().instant();
        var entries = table.entries();
        if (entries.isEmpty()) {
            err.println("the plan has no recurring work in " + table.name());
        }
        entries.forEach(work -> err.println("recurring work in %s: %s, next at %s"
                .formatted(table.name(), work.name(), Times.of(work.times().next(now)))));
    }

    /** With a plan in which there is no work now, it is not known where that would be done which comes later. */
    private void tellOfNone(PrintWriter err) {
        Workspace.of(spec)
                .configuration()
                .find(Settings.PLAN)
                .ifPresent(plan -> err.println(
                        "the plan has no recurring work: name an --environment to do here what it gets later"));
    }

    private static void end(Resident resident, OpenRuns open) {
        resident.close();
        open.close();
    }
}
