package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Condition;
import io.holdfast.plan.procedure.Parameter;
import io.holdfast.plan.procedure.Retry;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.procedure.Work;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.OnFailure;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RunsIT extends OnEngine {

    @Test
    void steps_are_executed_in_order_and_hand_on_what_they_answer() throws Exception {
        var view = run(request(procedure(
                "order",
                step("first", "once", "line", "${environment.greeting} ${run.starter}"),
                step("second", "idempotent", "line", "after ${steps.first.written}"),
                step("third", "checkable", "line", "costs $${5}"))));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("hello tester", "after hello tester", "costs ${5}");
        assertThat(view.steps()).extracting(StepRow::state).containsOnly(StepState.DONE);
        assertThat(view.heldBy()).isEmpty();
    }

    @Test
    void what_is_done_already_is_not_done_again() throws Exception {
        Files.writeString(effects.resolve("effects"), "there\n");

        var view = run(request(procedure("done", step("only", "checkable", "line", "there"))));

        assertThat(view.steps().getFirst().message()).isEqualTo("was done already");
        assertThat(EffectAction.lines(effects)).containsExactly("there");
    }

    @Test
    void a_run_with_wrong_parameters_is_not_begun() {
        var procedure = Plans.with(
                procedure("parameters", step("only", "once", "line", "${parameters.count}")),
                new Parameter("count", ValueType.INTEGER, Optional.empty(), "how many"));

        assertThatThrownBy(() -> runs.start(request(procedure)))
                .isInstanceOf(RunRefusedException.class)
                .hasMessage("procedure 'parameters' needs parameter 'count'");
        assertThatThrownBy(() -> runs.start(RunRequest.recovery(
                        Plans.definition(Map.of("count", "many"), procedure), "tester", Optional.empty())))
                .hasMessageStartingWith("parameter 'count' is not of type INTEGER");
    }

    @Test
    void a_second_run_of_the_same_procedure_is_refused_with_the_first_ones_id() {
        var request = request(procedure("twice", step("only", "once", "line", "x")));
        var first = runs.start(request);

        assertThatThrownBy(() -> runs.start(request))
                .isInstanceOf(RunRefusedException.class)
                .hasMessageContaining("runs already")
                .hasMessageContaining(first.value());
    }

    @Test
    void a_condition_that_does_not_hold_leaves_a_step_out_and_is_no_exception() throws Exception {
        var condition = new Condition(
                Template.parse("${environment.greeting}"), Condition.Comparison.EQUAL, Template.literal("bye"));
        var left = new Step(
                "left",
                "left out",
                new Work.Act(Plans.call("once", "line", "never")),
                Optional.of(condition),
                List.of(),
                List.of(),
                Optional.empty(),
                Retry.NONE,
                new Ungraceful.Same(),
                Optional.empty());

        var view = run(request(procedure("condition", left, step("taken", "once", "line", "taken"))));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(view.steps().getFirst().state()).isEqualTo(StepState.NOT_TAKEN);
        assertThat(EffectAction.lines(effects)).containsExactly("taken");
    }

    @Test
    void a_step_that_fails_is_tried_again_as_often_as_the_plan_says() throws Exception {
        var step = Plans.retrying(step("shaky", "once", "line", "at last", "fails", "2"), 3);

        var view = run(request(procedure("retry", step)));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(view.steps().getFirst().attempt()).isEqualTo(3);
        assertThat(EffectAction.lines(effects)).containsExactly("at last");
    }

    @Test
    void a_step_that_fails_for_good_pauses_the_run_until_it_is_retried() throws Exception {
        var view = run(request(procedure(
                "pause",
                step("shaky", "once", "line", "second time", "fails", "1"),
                step("after", "once", "line", "after"))));

        assertThat(view.run().state()).isEqualTo(RunState.PAUSED_BY_FAILED_STEP);
        assertThat(view.run().message()).isEqualTo("step 'shaky': it fails");

        runs.retry(view.run().id(), "shaky", "tester");
        var after = runs.execute(view.run().id());

        assertThat(after.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("second time", "after");
    }

    @Test
    void a_skipped_step_never_reads_as_success() throws Exception {
        var view = run(request(procedure(
                "skip", step("broken", "once", "line", "x", "fails", "9"), step("after", "once", "line", "after"))));

        runs.skip(view.run().id(), "broken", "tester", "done by hand");
        var after = runs.execute(view.run().id());

        assertThat(after.run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
        assertThat(after.run().message()).isEqualTo("step 'broken' skipped");
        assertThat(after.steps().getFirst().message()).isEqualTo("done by hand");
    }

    @Test
    void what_a_failed_step_answers_is_known_to_later_steps_if_it_is_skipped_and_gone_if_it_is_retried()
            throws Exception {
        var view = run(request(procedure(
                "answers",
                step("broken", "once", "line", "x", "fails", "2"),
                step("after", "once", "line", "${steps.broken.written}"))));
        assertThat(view.steps().getFirst().outputs()).containsExactly(Map.entry("written", "nothing of x"));

        runs.retry(view.run().id(), "broken", "tester");
        assertThat(runs.show(view.run().id()).steps().getFirst().outputs()).isEmpty();
        runs.execute(view.run().id());
        runs.skip(view.run().id(), "broken", "tester", "done by hand");
        var after = runs.execute(view.run().id());

        assertThat(after.steps().getFirst().outputs()).containsExactly(Map.entry("written", "nothing of x"));
        assertThat(EffectAction.lines(effects)).containsExactly("nothing of x");
    }

    @Test
    void a_run_that_nobody_watches_fails_with_its_step() throws Exception {
        var view = run(request(procedure("unwatched", step("broken", "once", "line", "x", "fails", "9")))
                .withOnFailure(OnFailure.FAIL));

        assertThat(view.run().state()).isEqualTo(RunState.FAILED);
        assertThat(view.run().message()).isEqualTo("step 'broken': it fails");
    }

    @Test
    void a_lost_answer_of_an_action_without_a_probe_is_an_unknown_outcome() throws Exception {
        var view = run(request(procedure(
                "unknown",
                step("once", "once", "line", "did it happen", "answers", "false"),
                step("after", "once", "line", "after"))));

        assertThat(view.run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);
        assertThat(view.steps().getFirst().state()).isEqualTo(StepState.OUTCOME_UNKNOWN);
        assertThat(EffectAction.lines(effects)).containsExactly("did it happen");

        runs.resume(view.run().id(), "tester");
        assertThat(runs.execute(view.run().id()).run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);

        runs.skip(view.run().id(), "once", "tester", "it did");
        assertThat(runs.execute(view.run().id()).run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
        assertThat(EffectAction.lines(effects)).containsExactly("did it happen", "after");
    }

    @Test
    void a_step_that_had_begun_is_an_unknown_outcome_for_an_engine_that_does_not_have_its_action() throws Exception {
        var id = runs.start(request(procedure("elsewhere", step("slow", "once", "line", "slow", "takes", "1h"))));
        var execution = Background.execute(runs, id);
        Until.event(runs, id, EventType.INTENT);
        runs.close();
        execution.end();

        try (var other = Runs.on(
                state.database,
                Catalogue.of(List.of()),
                new RunSettings("bare@here", "here", Map.of(), InstantSource.system()))) {
            var view = other.execute(id);

            assertThat(view.run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);
            assertThat(view.steps().getFirst().message())
                    .isEqualTo("it began, and cannot be looked at here: action 'test.once' is not installed here");
        }
    }

    @Test
    void a_step_for_another_member_waits_for_it_and_is_not_even_probed_here() throws Exception {
        var there = Plans.on(step("there", "checkable", "line", "done there"), "${environment.greeting}");
        var view = run(request(procedure("member", step("here", "once", "line", "done here"), there)));

        assertThat(view.run().state()).isEqualTo(RunState.PAUSED_BY_FAILED_STEP);
        assertThat(view.steps().getLast().message()).startsWith("it is for member 'hello', and this host is 'here'");
        assertThat(EffectAction.lines(effects)).containsExactly("done here");

        try (var other = Runs.on(
                state.database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("other@hello", "hello", Map.of(), InstantSource.system()))) {
            other.retry(view.run().id(), "there", "tester");
            other.resume(view.run().id(), "tester");

            assertThat(other.execute(view.run().id()).run().state()).isEqualTo(RunState.COMPLETED);
        }
        assertThat(EffectAction.lines(effects)).containsExactly("done here", "done there");
    }

    @Test
    void a_step_that_is_retried_here_is_this_process_s_from_the_retry_on() throws Exception {
        var there = Plans.on(step("there", "once", "line", "done there"), "hello");
        var id = run(request(procedure("elsewhere", there))).run().id();

        try (var other = Runs.on(
                state.database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("other@hello", "hello", Map.of(), InstantSource.system()))) {
            other.resumeHere(id, "tester", "there");

            // Not to be seen by any resident between the retry and its execution.
            assertThat(state.count(
                            "select count(*) from scheduled_tasks where picked_by = 'other@hello' and task_instance = '"
                                    + id + "'"))
                    .isEqualTo(1);
            assertThat(other.execute(id).run().state()).isEqualTo(RunState.COMPLETED);
        }
        assertThat(EffectAction.lines(effects)).containsExactly("done there");
    }

    @Test
    void an_unknown_outcome_is_asked_about_only_where_the_step_may_run() throws Exception {
        var there = Plans.on(step("there", "checkable", "line", "slow", "takes", "1h"), "here");
        var id = runs.start(request(procedure("taken", there)));
        var execution = Background.execute(runs, id);
        Until.event(runs, id, EventType.INTENT);
        runs.close();
        execution.end();

        try (var other = Runs.on(
                state.database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("other@hello", "hello", Map.of(), InstantSource.system()))) {
            var view = other.execute(id);

            assertThat(view.run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);
            assertThat(view.steps().getFirst().message())
                    .isEqualTo(
                            "it began, and cannot be looked at here: it is for member 'here', and this host is 'hello'");
            other.resume(id, "tester");
            assertThat(other.execute(id).run().state()).isEqualTo(RunState.OUTCOME_UNKNOWN);
        }
    }

    @Test
    void a_lost_answer_of_a_checkable_action_is_found_out_by_its_probe() throws Exception {
        var view =
                run(request(procedure("probe", step("only", "checkable", "line", "it happened", "answers", "false"))));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("it happened");
    }

    @Test
    void groups_loops_and_nested_procedures_are_gone_through() throws Exception {
        var inner = Plans.with(
                procedure("inner", step("write", "once", "line", "inner ${parameters.word}")),
                new Parameter("word", ValueType.TEXT, Optional.of("nothing"), "a word"));
        var outer = procedure(
                "outer",
                Step.of(
                        "both",
                        "side by side",
                        new Work.Parallel(
                                List.of(step("left", "once", "line", "left"), step("right", "once", "line", "right")))),
                Step.of(
                        "each",
                        "a loop",
                        new Work.ForEach(
                                List.of(Template.literal("a"), Template.parse("${steps.left.written}")),
                                1,
                                List.of(
                                        step("one", "once", "line", "one ${item}"),
                                        step("two", "once", "line", "two ${steps.one.written}")))),
                Step.of("nest", "another", new Work.Nested("inner", Map.of("word", Value.text("word")))));

        var view = run(request(outer, inner));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects).subList(0, 2)).containsExactlyInAnyOrder("left", "right");
        assertThat(EffectAction.lines(effects).subList(2, 7))
                .containsExactly("one a", "two one a", "one left", "two one left", "inner word");
        assertThat(view.steps())
                .extracting(StepRow::path)
                .containsExactly(
                        "both",
                        "both/left",
                        "both/right",
                        "each",
                        "each[0]/one",
                        "each[0]/two",
                        "each[1]/one",
                        "each[1]/two",
                        "nest",
                        "nest/write");
    }

    @Test
    void a_secret_is_used_and_never_recorded() throws Exception {
        var view = run(request(procedure("secret", step("only", "once", "line", "x", "secret", "env:PASSWORD"))));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(runs.events(view.run().id(), 0, 100))
                .extracting(Event::text)
                .contains("the secret is [REDACTED]")
                .noneMatch(text -> text.contains("s3cr3t-word"));
    }

    @Test
    void an_input_of_the_wrong_type_fails_the_step_before_anything_happens() throws Exception {
        var view = run(request(procedure("type", step("only", "once", "line", "x", "takes", "soon"))));

        assertThat(view.run().state()).isEqualTo(RunState.PAUSED_BY_FAILED_STEP);
        assertThat(view.steps().getFirst().message()).startsWith("input 'takes' of test.once is not of type DURATION");
        assertThat(EffectAction.lines(effects)).isEmpty();
    }

    @Test
    void an_ungraceful_run_leaves_out_and_replaces_what_the_plan_says_and_ends_with_exceptions() throws Exception {
        var skipped = Plans.ungraceful(step("ask", "once", "line", "ask the primary"), new Ungraceful.Skip());
        var replaced = Plans.ungraceful(
                step("stop", "once", "line", "stop it"),
                new Ungraceful.Instead(Plans.call("once", "line", "shut it off")));

        var view = run(request(procedure("ungraceful", skipped, replaced)).withMode(Mode.UNGRACEFUL));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
        assertThat(EffectAction.lines(effects)).containsExactly("shut it off");
    }

    @Test
    void an_attempt_that_takes_too_long_is_interrupted() throws Exception {
        var slow = new Step(
                "slow",
                "slow",
                new Work.Act(Plans.call("idempotent", "line", "late", "takes", "1h")),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(Duration.ofMillis(200)),
                Retry.NONE,
                new Ungraceful.Same(),
                Optional.empty());

        var view = run(request(procedure("slow", slow)));

        assertThat(view.run().state()).isEqualTo(RunState.PAUSED_BY_FAILED_STEP);
        assertThat(view.steps().getFirst().message()).isEqualTo("its time was up: it was interrupted");
        assertThat(EffectAction.lines(effects)).isEmpty();
    }

    @Test
    void a_run_past_its_deadline_fails() throws Exception {
        var procedure = Plans.within(
                procedure("late", step("slow", "idempotent", "line", "late", "takes", "1h")), Duration.ofMillis(500));

        var view = run(request(procedure));

        assertThat(view.run().state()).isEqualTo(RunState.FAILED);
        assertThat(view.run().message()).isEqualTo("its deadline has passed");
    }

    @Test
    void a_run_is_recovered_when_its_health_checks_hold_and_not_when_its_steps_are_done() throws Exception {
        var notYet = Files.createFile(effects.resolve("not-yet"));
        var definition = Plans.healthyBy(
                List.of(Plans.call("look", "line", "health")),
                Plans.definition(Map.of(), procedure("health", step("only", "once", "line", "x"))));
        var id = runs.start(RunRequest.recovery(definition, "tester", Optional.of(Duration.ofHours(4))));
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.MONITORING_HEALTH);

        assertThat(runs.show(id).run().recoveryTime()).isEmpty();
        Files.delete(notYet);
        var view = execution.end();

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(view.run().recoveryTime().orElseThrow())
                .isGreaterThan(Duration.between(
                        view.run().created(), view.run().lastStepEnded().orElseThrow()));
        assertThat(view.left().orElseThrow()).isPositive();
    }

    @Test
    void a_health_check_whose_action_is_not_installed_is_said_and_fails_no_run_whose_steps_are_done() throws Exception {
        var definition = Plans.healthyBy(
                List.of(new ActionCall("test.none", Map.of())),
                Plans.definition(Map.of(), procedure("no-check", step("only", "once", "line", "x"))));
        var id = runs.start(RunRequest.recovery(definition, "tester", Optional.empty()));
        var execution = Background.execute(runs, id);

        await().until(() -> runs.run(id).message(), "test.none: action 'test.none' is not installed here"::equals);
        assertThat(runs.run(id).state()).isEqualTo(RunState.MONITORING_HEALTH);
        assertThat(Until.row(runs, id, "only").state()).isEqualTo(StepState.DONE);

        runs.pause(id, "tester", "for a host that has it");
        assertThat(execution.end().run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
    }

    @Test
    void whoever_would_go_on_with_a_run_waits_until_its_engine_is_known_to_live_or_to_be_dead() throws Exception {
        var alive = runs.start(request(procedure("held", step("slow", "once", "line", "slow", "takes", "1h"))));
        var execution = Background.execute(runs, alive);
        Until.step(runs, alive, "slow", StepState.RUNNING);
        // As of a process that was killed as soon as it had recorded it.
        var abandoned = runs.start(request(procedure("abandoned", step("only", "once", "line", "x"))));

        try (var other = state.runs(effects, "other@here", Map.of())) {
            assertThatThrownBy(() -> other.execute(alive))
                    .isInstanceOf(RunRefusedException.class)
                    .hasMessageContaining("is executed by test@here");
            assertThat(other.execute(abandoned).run().state()).isEqualTo(RunState.COMPLETED);
        }
        runs.cancel(alive, "tester", "");
        execution.end();
    }

    @Test
    void the_newest_recovery_of_each_procedure_is_what_it_takes() throws Exception {
        var healthy = Plans.healthyBy(
                List.of(Plans.call("look", "line", "x")),
                request(procedure("measured", step("only", "once", "line", "x", "takes", "1s")))
                        .definition());
        run(RunRequest.recovery(healthy, "tester", Optional.empty()));
        run(request(procedure("no-health", step("only", "once", "line", "x"))));

        var took = RecoveryTimes.of(state.database);

        assertThat(took.get("measured")).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
        assertThat(took).doesNotContainKey("no-health");
        var skipped = runs.start(RunRequest.recovery(healthy, "tester", Optional.empty()));
        runs.skip(skipped, "only", "tester", "no need");
        assertThat(runs.execute(skipped).run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
        assertThat(RecoveryTimes.of(state.database)).isEqualTo(took);
    }

    @Test
    void a_health_check_that_would_change_something_is_not_done() throws Exception {
        var definition = Plans.healthyBy(
                List.of(Plans.call("once", "line", "health")),
                Plans.definition(Map.of(), procedure("unhealthy", step("only", "once", "line", "x"))));

        var view = run(RunRequest.recovery(definition, "tester", Optional.of(Duration.ofHours(4))));

        assertThat(view.run().state()).isEqualTo(RunState.COMPLETED_WITH_EXCEPTIONS);
        assertThat(view.run().message()).isEqualTo("health checks not green: test.once would change something");
        assertThat(view.run().recoveryTime()).isEmpty();
        assertThat(EffectAction.lines(effects)).containsExactly("x");
    }

    @Test
    void a_dry_run_looks_at_what_the_run_would_wait_for() throws Exception {
        var definition = Plans.healthyBy(
                List.of(
                        Plans.call("look", "line", "health"),
                        Plans.call("look", "line", "${environment.none}"),
                        Plans.call("once", "line", "x")),
                Plans.definition(Map.of(), procedure("dry-health", step("only", "once", "line", "x"))));

        var steps = Runs.dryRun(
                RunRequest.recovery(definition, "tester", Optional.empty()),
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("dry", "here", Map.of(), InstantSource.system()));

        assertThat(steps).extracting(DryStep::path).containsExactly("only", "health", "health", "health");
        assertThat(steps.get(1).intention()).isEqualTo("write 'health'");
        assertThat(steps.subList(2, 4))
                .flatExtracting(DryStep::findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.ERROR);
    }

    @Test
    void a_clock_that_is_set_forth_and_back_in_a_run_loses_no_step_and_makes_no_time_negative() throws Exception {
        var step = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(step.get());
        var healthy = Plans.healthyBy(
                List.of(Plans.call("look", "line", "light")),
                Plans.definition(
                        Map.of(),
                        procedure(
                                "clock",
                                step("one", "once", "line", "1", "takes", "2s"),
                                step("two", "once", "line", "2", "takes", "2s"),
                                step("three", "once", "line", "3"))));
        try (var stepping = Runs.on(
                state.database,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("stepping@here", "here", Map.of(), clock))) {
            var id = stepping.start(RunRequest.recovery(healthy, "tester", Optional.empty()));
            var execution = Background.execute(stepping, id);
            Until.step(stepping, id, "one", StepState.RUNNING);
            step.set(Duration.ofHours(3));
            Until.step(stepping, id, "two", StepState.RUNNING);
            step.set(Duration.ofHours(-3));
            var view = execution.end();

            assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
            assertThat(EffectAction.lines(effects)).containsExactly("1", "2", "3");
            assertThat(view.run().recoveryTime()).isEmpty();
            assertThat(view.elapsed()).isZero();
            assertThat(view.steps().get(0).took(clock.instant()).orElseThrow()).isGreaterThan(Duration.ofHours(2));
            assertThat(view.steps().get(1).took(clock.instant())).isEmpty();

            step.set(Duration.ZERO);
            var next = stepping.start(RunRequest.recovery(healthy, "tester", Optional.empty()));
            assertThat(stepping.show(next).medians()).containsOnlyKeys("one", "three");
            stepping.cancel(next, "tester", "");
        }
    }

    @Test
    void a_forecast_comes_from_earlier_runs_and_counts_what_it_does_not_know() throws Exception {
        var request = request(procedure(
                "forecast", step("a", "idempotent", "line", "a", "takes", "300ms"), step("b", "once", "line", "b")));
        run(request);
        run(request);

        var before = runs.show(runs.submit(request));
        var other = runs.show(runs.submit(request(procedure("unknown-yet", step("a", "once", "line", "a")))));

        assertThat(before.forecast().orElseThrow()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(30));
        assertThat(before.unforeseen()).isZero();
        assertThat(other.unforeseen()).isEqualTo(1);
    }

    @Test
    void procedures_that_nest_one_another_without_end_are_refused() {
        var endless = procedure("endless", Step.of("again", "again", new Work.Nested("endless", Map.of())));

        assertThatThrownBy(() -> runs.start(request(endless)))
                .isInstanceOf(RunRefusedException.class)
                .hasMessage("procedure 'endless' nests others without end");
    }

    private RunView run(RunRequest request) throws InterruptedException {
        return runs.execute(runs.start(request));
    }
}
