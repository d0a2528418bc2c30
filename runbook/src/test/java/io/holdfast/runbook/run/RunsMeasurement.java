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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints a table of what runs cost, of so many rounds as {@code holdfast.measure} says: {@code build/bench} runs it.
 * Medians of the rounds, and in brackets the lowest and the highest.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "[1-9][0-9]*")
class RunsMeasurement {

    /** Of a round; as many again come before the first, until the code is compiled. */
    private static final int RUNS = 50;

    private static final int STEPS = 10;

    private static final int FINISHED = 10_000;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    /** In the order in which they are printed. */
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    @Test
    void overhead_of_a_step_runs_a_second_and_lists_of_ten_thousand_runs() throws Exception {
        var rounds = Integer.getInteger("holdfast.measure");
        try (var state = new State(folder);
                var runs = state.runs(State.effects(folder))) {
            repeatedly(runs);
            for (var round = 0; round < rounds; round++) {
                steps(runs);
            }
            copies(state, FINISHED);
            runs.list(false, FINISHED);
            for (var round = 0; round < rounds; round++) {
                lists(runs);
            }
        }
        assertThat(figures.values())
                .isNotEmpty()
                .allSatisfy(of -> assertThat(of).hasSize(rounds));
        System.out.printf("| runs of %d steps | |%n|---|---|%n", STEPS);
        figures.forEach((name, values) -> System.out.printf("| %s | %s |%n", name, spread(values)));
    }

    private void steps(Runs runs) throws InterruptedException {
        var overheads = new ArrayList<Duration>();
        var began = System.nanoTime();
        var cpu = PROCESS.getProcessCpuTime();
        for (var view : repeatedly(runs)) {
            overheads.addAll(between(view.steps().stream()
                    .map(step -> step.started().orElseThrow())
                    .toList()));
        }
        var nanoseconds = System.nanoTime() - began;
        Collections.sort(overheads);
        figure(
                "engine overhead of a step, ms, median",
                overheads.get(overheads.size() / 2).toNanos() / 1e6);
        figure(
                "engine overhead of a step, ms, 90 %",
                overheads.get(overheads.size() * 9 / 10).toNanos() / 1e6);
        figure("CPU of the engine's process for a step, ms", (PROCESS.getProcessCpuTime() - cpu) / 1e6 / RUNS / STEPS);
        figure("runs a second, one after the other", RUNS / (nanoseconds / 1e9));
    }

    private void lists(Runs runs) {
        for (var limit : List.of(50, 1000, FINISHED)) {
            var took = new ArrayList<Double>();
            for (var n = 0; n < 20; n++) {
                var asked = System.nanoTime();
                assertThat(runs.list(false, limit)).hasSize(limit);
                took.add((System.nanoTime() - asked) / 1e6);
            }
            figure("list of %,d of %,d runs, ms".formatted(limit, FINISHED), median(took));
        }
    }

    private void figure(String name, double value) {
        figures.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    private static String spread(List<Double> values) {
        return "%.1f (%.1f-%.1f)".formatted(median(values), Collections.min(values), Collections.max(values));
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
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
