package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real engine in a process of its own is killed or stopped; effects are counted where they are had. */
class EngineDeathIT extends OnState {

    /** All of a ten-step run: its claim, four of each step, the end of its steps and its own. */
    private static final int WRITES = 43;

    private static final int KILLED = 128 + 9;

    /** In a usual test: around the intent and the outcome of each kind of action, and at the end. */
    private static final List<Moment> SAMPLE = List.of(
            new Moment(3, false),
            new Moment(4, true),
            new Moment(8, true),
            new Moment(12, true),
            new Moment(12, false),
            new Moment(WRITES, true));

    /** When the engine dies: before or after which write. */
    record Moment(int write, boolean before) {}

    static Stream<Moment> moments() {
        return Boolean.getBoolean("holdfast.torture")
                ? IntStream.rangeClosed(1, WRITES)
                        .boxed()
                        .flatMap(write -> Stream.of(new Moment(write, true), new Moment(write, false)))
                : SAMPLE.stream();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void no_step_is_lost_and_no_effect_is_had_twice_that_must_not(Moment moment) throws Exception {
        var id = submit(tenSteps());

        var child = EngineMain.start(folder.resolve("state"), effects, id, moment.write(), moment.before());
        assertThat(child.waitFor()).isEqualTo(KILLED);

        try (var survivor = survivor()) {
            var view = survivor.execute(id);
            while (view.run().state() == RunState.OUTCOME_UNKNOWN) {
                var unknown = only(view.steps(), StepState.OUTCOME_UNKNOWN);
                assertThat(unknown.kind()).isEqualTo("test.once");
                assertThat(intentWithoutOutcome(survivor, id, unknown)).isTrue();
                decide(survivor, id, unknown);
                view = survivor.execute(id);
            }
            assertThat(view.run().state()).isIn(RunState.COMPLETED, RunState.COMPLETED_WITH_EXCEPTIONS);
        }
        for (var step : tenSteps()) {
            var count = Collections.frequency(EffectAction.lines(effects), step.id());
            var kind = ((Work.Act) step.work()).action().uses();
            if (kind.equals("test.idempotent")) {
                assertThat(count).as(step.id()).isBetween(1, 2);
            } else {
                assertThat(count).as(step.id()).isEqualTo(1);
            }
        }
    }

    @Test
    void an_engine_that_was_stopped_past_its_lease_changes_nothing_any_more() throws Exception {
        var id = submit(
                List.of(step("slow", "once", "line", "slow", "takes", "4s"), step("after", "once", "line", "after")));
        var child = EngineMain.start(folder.resolve("state"), effects, id, 0, false);
        try (var survivor = survivor()) {
            Until.step(survivor, id, "slow", StepState.RUNNING);
            Until.event(survivor, id, EventType.INTENT);
            signal("STOP", child);

            var taken = survivor.execute(id);
            assertThat(taken.run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);
            survivor.skip(id, "slow", "tester", "looked: it has not happened");
            assertThat(survivor.execute(id).run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);

            signal("CONT", child);
            child.waitFor();

            var view = survivor.show(id);
            assertThat(view.run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
            assertThat(view.run().engine()).isEqualTo("survivor@here");
            assertThat(survivor.events(id, 0, 1000))
                    .filteredOn(event -> event.type() == EventType.SUPERSEDED)
                    .extracting(Event::engine)
                    .containsOnly("child@here");
            assertThat(EffectAction.lines(effects)).startsWith("after");
        } finally {
            child.destroyForcibly();
        }
    }

    private static RunId submit(List<Step> steps) {
        try (var runs = state.runs(folder)) {
            return runs.submit(request(procedure("death", steps.toArray(Step[]::new))));
        }
    }

    private static List<Step> tenSteps() {
        return IntStream.range(0, 10)
                .mapToObj(n -> step(
                        "step" + n, List.of("once", "idempotent", "checkable").get(n % 3), "line", "step" + n))
                .toList();
    }

    /** Its clock is ahead, so that it need not wait until the dead one counts as dead. */
    private Runs survivor() {
        return Runs.on(
                state.database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings(
                        "survivor@here", "here", Map.of(), Clock.offset(Clock.systemUTC(), Duration.ofSeconds(20))));
    }

    private static StepRow only(List<StepRow> steps, StepState state) {
        var found = steps.stream().filter(step -> step.state() == state).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static boolean intentWithoutOutcome(Runs runs, RunId id, StepRow step) {
        var types = runs.events(id, 0, 1000).stream()
                .filter(event -> event.step().equals(step.path()))
                .map(Event::type)
                .toList();
        return types.contains(EventType.INTENT) && !types.contains(EventType.OUTCOME);
    }

    /** As a person would who looks at the target. */
    private void decide(Runs runs, RunId id, StepRow step) {
        if (EffectAction.lines(effects).contains(step.path())) {
            runs.skip(id, step.path(), "tester", "looked: it has happened");
        } else {
            runs.retry(id, step.path(), "tester");
        }
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
