package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.inEnvironmentOf;
import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.Priority;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlsIT extends OnEngine {

    @Test
    void a_paused_run_lets_its_step_end_and_goes_on_when_it_is_resumed() throws Exception {
        var id = runs.start(request(procedure(
                "pause", step("slow", "once", "line", "slow", "takes", "1s"), step("after", "once", "line", "after"))));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "slow", StepState.RUNNING);

        runs.pause(id, "tester", "lunch");
        var view = execution.end();

        assertThat(view.run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
        assertThat(EffectAction.lines(effects)).containsExactly("slow");

        runs.resume(id, "tester");
        assertThat(runs.execute(id).run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("slow", "after");
    }

    @Test
    void a_run_that_nobody_executes_is_paused_at_once_and_its_late_engine_changes_nothing() throws Exception {
        var id = runs.submit(request(procedure("idle", step("only", "once", "line", "x"))));

        runs.pause(id, "tester", "");

        assertThat(runs.run(id).state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
        assertThat(runs.execute(id).run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
        assertThat(EffectAction.lines(effects)).isEmpty();
    }

    @Test
    void a_run_that_is_paused_while_its_health_checks_are_watched_stays_paused_until_it_is_resumed() throws Exception {
        var notYet = Files.createFile(effects.resolve("not-yet"));
        var definition = Plans.healthyBy(
                List.of(Plans.call("look", "line", "health")),
                Plans.definition(Map.of(), procedure("watched", step("only", "once", "line", "x"))));
        var id = runs.start(RunRequest.recovery(definition, "tester", Optional.empty()));
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.MONITORING_HEALTH);

        runs.pause(id, "tester", "lunch");
        var paused = execution.end();
        Files.delete(notYet);

        assertThat(paused.run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
        assertThat(paused.run().message()).isEqualTo("lunch");
        assertThat(runs.execute(id).run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);

        runs.resume(id, "tester");
        assertThat(runs.execute(id).run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("x");
    }

    @Test
    void canceling_interrupts_a_long_action_and_records_what_it_still_says() throws Exception {
        var id = runs.start(request(procedure("cancel", step("slow", "once", "line", "slow", "takes", "1h"))));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "slow", StepState.RUNNING);

        runs.cancel(id, "tester", "changed our mind");
        var view = execution.end();

        assertThat(view.run().state()).isEqualTo(RunState.CANCELED);
        assertThat(view.run().message()).isEqualTo("changed our mind");
        assertThat(view.steps().getFirst().state()).isEqualTo(StepState.CANCELED);
        assertThat(runs.events(id, 0, 100)).extracting(Event::type).contains(EventType.SUPERSEDED);
        assertThat(view.heldBy()).isEmpty();
    }

    @Test
    void a_canceled_run_still_says_what_is_not_known_and_what_failed() throws Exception {
        var both = Step.of(
                "both",
                "side by side",
                new Work.Parallel(List.of(
                        step("lost", "once", "line", "lost", "answers", "false"),
                        step("broken", "once", "line", "broken", "fails", "9"))));
        var view = runs.execute(runs.start(request(procedure("last-word", both))));
        assertThat(view.run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);

        runs.cancel(view.run().id(), "tester", "");

        assertThat(Until.row(runs, view.run().id(), "both/lost").message())
                .isEqualTo("what it did is not known: its answer was lost");
        assertThat(Until.row(runs, view.run().id(), "both/broken").message()).isEqualTo("it fails");
    }

    @Test
    void skipping_interrupts_a_long_action_and_the_run_goes_on_by_itself() throws Exception {
        var id = runs.start(request(procedure(
                "skip",
                step("slow", "idempotent", "line", "slow", "takes", "1h"),
                step("after", "once", "line", "b"))));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "slow", StepState.RUNNING);

        runs.skip(id, "slow", "tester", "done by hand");
        var view = execution.end();

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
        assertThat(EffectAction.lines(effects)).containsExactly("b");
    }

    /** The watch has observed the skip before there was anything that it could interrupt. */
    @Test
    void skipping_between_the_intent_of_an_attempt_and_its_beginning_interrupts_it() throws Exception {
        var behind = new BehindTheIntent();
        try (var other = Runs.on(
                behind.around(state.database.source()),
                state.database.scheduling(),
                Catalogue.of(List.of(behind.of(new EffectAction(effects, "test.once")))),
                new RunSettings("other@here", "here", Map.of(), InstantSource.system()))) {
            var id = other.start(request(procedure("late", step("slow", "once", "line", "slow", "takes", "1h"))));
            behind.does(() -> {
                runs.skip(id, "slow", "tester", "done by hand");
                var looks = behind.looks();
                await().until(() -> behind.looks() >= looks + 2);
            });

            var view = Background.execute(other, id).end();

            assertThat(view.run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
            assertThat(EffectAction.lines(effects)).isEmpty();
        }
    }

    @Test
    void skipping_a_nested_procedure_reaches_the_step_that_runs_in_it() throws Exception {
        var inner = procedure(
                "inner",
                step("slow", "idempotent", "line", "slow", "takes", "1h"),
                step("more", "once", "line", "more"));
        var id = runs.start(request(
                procedure(
                        "outer",
                        Step.of("nest", "another", new Work.Nested("inner", Map.of())),
                        step("after", "once", "line", "after")),
                inner));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "nest/slow", StepState.RUNNING);

        runs.skip(id, "nest", "tester", "not needed");
        var view = execution.end();

        assertThat(view.steps())
                .extracting(StepRow::state)
                .containsExactly(StepState.SKIPPED, StepState.SKIPPED, StepState.SKIPPED, StepState.DONE);
        assertThat(EffectAction.lines(effects)).containsExactly("after");
    }

    @Test
    void a_control_that_is_about_something_else_interrupts_no_verification() throws Exception {
        var notYet = Files.createFile(effects.resolve("not-yet"));
        var looks = Plans.call("look", "line", "looks", "takes", "1s");
        var id = runs.start(request(procedure(
                "verified", Plans.retrying(Plans.verified(step("x", "once", "line", "x"), looks), 3))));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "x", StepState.WAITING_FOR_RETRY);
        Files.delete(notYet);

        runs.mode(id, Mode.UNGRACEFUL, "tester");

        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(runs.events(id, 0, 100))
                .filteredOn(event -> event.type() == EventType.STEP_FAILED)
                .extracting(Event::text)
                .containsExactly("verification test.look: not yet");
    }

    @Test
    void an_engine_that_is_closed_executes_nothing_and_leaves_its_runs_to_others() throws Exception {
        var id = runs.start(request(procedure("closed", step("x", "once", "line", "x"))));
        runs.close();

        assertThat(runs.execute(id).run().state()).isEqualTo(RunState.PENDING);
        assertThat(EffectAction.lines(effects)).isEmpty();

        try (var other = state.runs(effects, "other@here", Map.of())) {
            assertThat(other.execute(id).run().state()).isEqualTo(RunState.COMPLETED);
        }
    }

    @Test
    void a_failed_step_is_retried_while_another_still_runs_beside_it() throws Exception {
        var both = Step.of(
                "both",
                "side by side",
                new Work.Parallel(List.of(
                        step("shaky", "once", "line", "shaky", "fails", "1"),
                        step("slow", "once", "line", "slow", "takes", "4s"))));
        var id = runs.start(request(procedure("beside", both)));
        var execution = Background.execute(runs, id);
        Until.step(runs, id, "both/shaky", StepState.FAILED);

        runs.retry(id, "both/shaky", "tester");
        var view = execution.end();

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("shaky", "slow");
    }

    @Test
    void a_run_goes_back_to_an_earlier_step() throws Exception {
        var view = runs.execute(runs.start(request(procedure(
                "back",
                step("a", "once", "line", "a"),
                step("b", "idempotent", "line", "b"),
                step("c", "once", "line", "c", "fails", "1")))));

        runs.retryFrom(view.run().id(), "b", "tester");
        var after = runs.execute(view.run().id());

        assertThat(after.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("a", "b", "b", "c");
    }

    @Test
    void what_makes_no_sense_is_refused_with_what_to_do_instead() throws Exception {
        var view = runs.execute(runs.start(request(procedure("odd", step("x", "once", "line", "x", "fails", "9")))));
        var id = view.run().id();

        assertThatThrownBy(() -> runs.resume(id, "tester"))
                .isInstanceOf(RunRefusedException.class)
                .hasMessage("run %s is paused by a failed step: step 'x': it fails".formatted(id));
        assertThatThrownBy(() -> runs.skip(id, "x", "tester", " "))
                .hasMessage("step 'x' is not skipped without a reason");
        assertThatThrownBy(() -> runs.retry(id, "y", "tester")).hasMessage("run %s has no step 'y'".formatted(id));

        runs.cancel(id, "tester", "");
        assertThatThrownBy(() -> runs.cancel(id, "tester", "")).hasMessage("run %s is canceled".formatted(id));
    }

    @Test
    void a_changing_step_waits_for_the_run_that_holds_its_target() throws Exception {
        var first = request(procedure(
                "first",
                step("change", "once", "line", "first", "target", "database"),
                step("slow", "once", "line", "still first", "takes", "2s")));
        var second = inEnvironmentOf(
                first, request(procedure("second", step("change", "once", "line", "second", "target", "database"))));
        var firstId = runs.start(first);
        var firstExecution = Background.execute(runs, firstId);
        Until.step(runs, firstId, "slow", StepState.RUNNING);

        var secondId = runs.start(second);
        var secondExecution = Background.execute(runs, secondId);
        var waiting = Until.step(runs, secondId, "change", StepState.WAITING_FOR_LOCK);

        assertThat(waiting.message()).isEqualTo("target 'database' is held by run " + firstId);
        assertThat(firstExecution.end().run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(secondExecution.end().run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("first", "still first", "second");
    }

    @Test
    void two_runs_that_would_wait_for_each_other_do_not() throws Exception {
        var first = request(procedure(
                "one",
                step("a", "once", "line", "one a", "target", "a"),
                step("wait", "idempotent", "line", "wait", "takes", "1s"),
                step("b", "once", "line", "one b", "target", "b")));
        var second = inEnvironmentOf(
                first,
                request(procedure(
                        "two",
                        step("b", "once", "line", "two b", "target", "b"),
                        step("wait", "idempotent", "line", "wait", "takes", "1s"),
                        step("a", "once", "line", "two a", "target", "a"))));
        var firstId = runs.start(first);
        var secondId = runs.start(second);
        var executions = List.of(Background.execute(runs, firstId), Background.execute(runs, secondId));

        await().until(() -> List.of(
                        runs.run(firstId).state(), runs.run(secondId).state())
                .contains(RunState.PAUSED_BY_FAILED_STEP));
        var stuck = runs.run(firstId).state() == RunState.PAUSED_BY_FAILED_STEP ? firstId : secondId;
        assertThat(runs.run(stuck).message()).endsWith(", which waits for this run");

        runs.cancel(stuck, "tester", "lets the other go first");
        for (var execution : executions) {
            execution.end();
        }
        assertThat(runs.run(stuck.equals(firstId) ? secondId : firstId).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void recurring_work_gives_way_also_when_the_connection_breaks_as_that_is_recorded() throws Exception {
        var backup = request(procedure(
                        "backup",
                        step("hold", "once", "line", "backup", "target", "database"),
                        step("slow", "idempotent", "line", "slow", "takes", "1h")))
                .withPriority(Priority.RECURRING);
        var backupId = runs.start(backup);
        var execution = Background.execute(runs, backupId);
        Until.step(runs, backupId, "slow", StepState.RUNNING);

        state.breakOnce("update of epoch on run for each row when (new.id = '%s')".formatted(backupId));
        var recovery = runs.execute(runs.start(inEnvironmentOf(
                backup, request(procedure("recovery", step("x", "once", "line", "recovery", "target", "database"))))));

        assertThat(state.broke()).isTrue();
        assertThat(recovery.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(execution.end().run().state()).isEqualTo(RunState.CANCELED);
    }

    @Test
    void recurring_work_waits_for_other_recurring_work() throws Exception {
        var backup = request(procedure(
                        "nightly",
                        step("hold", "once", "line", "backup", "target", "database"),
                        step("slow", "once", "line", "still", "takes", "1s")))
                .withPriority(Priority.RECURRING);
        var backupId = runs.start(backup);
        var execution = Background.execute(runs, backupId);
        Until.step(runs, backupId, "slow", StepState.RUNNING);

        var drill = inEnvironmentOf(
                        backup, request(procedure("drill", step("x", "once", "line", "drill", "target", "database"))))
                .withPriority(Priority.RECURRING);

        assertThat(runs.execute(runs.start(drill)).run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("backup", "still", "drill");
    }

    @Test
    void recurring_work_gives_way_to_a_recovery() throws Exception {
        var backup = request(procedure(
                        "backup",
                        step("hold", "once", "line", "backup", "target", "database"),
                        step("slow", "idempotent", "line", "slow", "takes", "1h")))
                .withPriority(Priority.RECURRING);
        var backupId = runs.start(backup);
        var execution = Background.execute(runs, backupId);
        Until.step(runs, backupId, "slow", StepState.RUNNING);

        var recovery = runs.execute(runs.start(inEnvironmentOf(
                backup, request(procedure("recovery", step("x", "once", "line", "recovery", "target", "database"))))));

        assertThat(recovery.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(execution.end().run().state()).isEqualTo(RunState.CANCELED);
        assertThat(runs.run(backupId).message()).isEqualTo("gives way to a recovery");
    }

    @Test
    void what_a_canceled_run_holds_is_nobody_else_s_before_its_action_has_ended() throws Exception {
        var backup = request(procedure(
                        "stubborn",
                        step("goes on", "once", "line", "old", "target", "database", "takes", "1h", "stubborn", "2s")))
                .withPriority(Priority.RECURRING);
        var id = runs.start(backup);
        var execution = Background.execute(runs, id);
        Until.event(runs, id, EventType.INTENT);

        var recovery = runs.execute(runs.start(inEnvironmentOf(
                backup, request(procedure("recovery", step("x", "once", "line", "new", "target", "database"))))));

        assertThat(recovery.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(execution.end().run().state()).isEqualTo(RunState.CANCELED);
        assertThat(EffectAction.lines(effects)).containsExactly("old", "new");
        assertThat(state.count("select count(*) from target_lock where run = '" + id + "'"))
                .isZero();
    }

    @Test
    void what_a_canceled_run_held_is_free_even_if_its_engine_never_says_so() throws Exception {
        var stubborn = request(procedure(
                "left", step("goes on", "once", "line", "old", "target", "database", "takes", "1h", "stubborn", "1h")));
        var silent = state.runs(effects, "silent@here", Map.of());
        var id = silent.start(stubborn);
        var execution = Background.execute(silent, id);
        Until.event(runs, id, EventType.INTENT);
        runs.cancel(id, "tester", "it hangs");
        // As if it died: it lets go of the run, and does not tell that the action has ended.
        silent.close();

        var next = runs.execute(runs.start(inEnvironmentOf(
                stubborn, request(procedure("next", step("x", "once", "line", "new", "target", "database"))))));

        assertThat(next.run().state()).isEqualTo(RunState.COMPLETED);
        execution.end();
        assertThat(EffectAction.lines(effects)).containsExactly("new");
        assertThat(state.count(
                        "select count(*) from target_lock where lingers_until is not null and run = '" + id + "'"))
                .isEqualTo(1);
    }
}
