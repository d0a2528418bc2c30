package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.holdfast.plan.procedure.Step;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.testkit.programs.ServerFolder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Prints the numbers of {@code docs/performance.md}; run by hand, on a quiet machine. */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class RunsMeasurement {

    /** As many again come first, until the code is compiled. */
    private static final int RUNS = 50;

    private static final int STEPS = 10;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    @Test
    void overhead_of_a_step_and_a_list_of_ten_thousand_runs() throws Exception {
        try (var state = new State(folder);
                var runs = state.runs(State.effects(folder))) {
            repeatedly(runs);
            var overheads = new ArrayList<Duration>();
            var began = System.nanoTime();
            var cpu = PROCESS.getProcessCpuTime();
            for (var view : repeatedly(runs)) {
                overheads.addAll(between(view.steps().stream()
                        .map(step -> step.started().orElseThrow())
                        .toList()));
            }
            var seconds = (System.nanoTime() - began) / 1e9;
            Collections.sort(overheads);
            System.out.printf(
                    "step: median %d us, 90%% %d us, CPU of this process %d us; %.1f runs of %d steps a second%n",
                    overheads.get(overheads.size() / 2).toNanos() / 1000,
                    overheads.get(overheads.size() * 9 / 10).toNanos() / 1000,
                    (PROCESS.getProcessCpuTime() - cpu) / 1000 / RUNS / STEPS,
                    RUNS / seconds,
                    STEPS);
            copies(state, 10_000);
            for (var limit : List.of(50, 1000, 10_000)) {
                var times = new ArrayList<Long>();
                for (var n = 0; n < 20; n++) {
                    var asked = System.nanoTime();
                    runs.list(false, limit);
                    times.add((System.nanoTime() - asked) / 1000);
                }
                Collections.sort(times);
                System.out.printf("list of %d of 10,000: median %d us%n", limit, times.get(10));
            }
        }
    }

    private static List<RunView> repeatedly(Runs runs) throws InterruptedException {
        var views = new ArrayList<RunView>();
        for (var n = 0; n < RUNS; n++) {
            views.add(runs.execute(runs.start(request(procedure("measure", steps())))));
        }
        assertThat(views).extracting(view -> view.run().state()).containsOnly(RunState.COMPLETED);
        return views;
    }

    private static Step[] steps() {
        return IntStream.range(0, STEPS)
                .mapToObj(n -> step("s" + n, "once", "line", "s" + n))
                .toArray(Step[]::new);
    }

    /** From the begin of a step to the begin of the next: its action only appends to two files. */
    private static List<Duration> between(List<Instant> starts) {
        return IntStream.range(1, starts.size())
                .mapToObj(n -> Duration.between(starts.get(n - 1), starts.get(n)))
                .toList();
    }

    private static void copies(State state, int count) throws Exception {
        try (var connection = state.database.source().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("""
                    insert into run (id, procedure, title, environment, definition, plan_hash, starter, mode, priority,
                    on_failure, state, created, finished)
                    select 'copy-' || n, procedure, title, environment, definition, plan_hash, starter, mode, priority,
                    on_failure, state, created - n * interval '1 minute', finished from
                    (select * from run limit 1) one, generate_series(1, %d) n""".formatted(count));
            statement.execute("analyze");
        }
    }
}
