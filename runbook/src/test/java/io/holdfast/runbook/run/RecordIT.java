package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Value;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Probe;
import io.holdfast.runbook.command.RunCommand;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the state database takes, and answers too late or cannot store. */
class RecordIT extends OnState {

    @Test
    void an_engine_whose_claim_was_answered_too_late_does_not_take_that_of_another_for_its_own() throws Exception {
        var lost = new LostAnswer();
        try (var late = overLossyConnections(lost)) {
            var id = late.start(request(procedure("late-claim", step("only", "once", "line", "only"))));
            lost.next(() -> takenOver(id));

            late.execute(id);

            assertThat(EffectAction.lines(effects)).isEmpty();
            assertThat(late.run(id).epoch()).isEqualTo(2);
        }
    }

    @Test
    void an_engine_whose_intent_was_answered_too_late_does_nothing_in_a_run_that_is_anothers() throws Exception {
        var lost = new LostAnswer();
        var id = new AtomicReference<RunId>();
        var work = new EffectAction(effects, "test.checkable");
        var losing = new Action() {
            @Override
            public ActionDescriptor descriptor() {
                return work.descriptor();
            }

            @Override
            public List<Finding> examine(Call call) {
                return work.examine(call);
            }

            @Override
            public String intention(Call call) {
                lost.next(() -> takenOver(id.get()));
                return work.intention(call);
            }

            @Override
            public Probe probe(Call call) {
                return work.probe(call);
            }

            @Override
            public Outcome execute(Call call) throws InterruptedException {
                return work.execute(call);
            }
        };
        try (var late = overLossyConnections(lost, losing)) {
            id.set(late.start(request(procedure("late-intent", step("only", "checkable", "line", "only")))));

            late.execute(id.get());

            assertThat(EffectAction.lines(effects)).isEmpty();
        }
    }

    private Runs overLossyConnections(LostAnswer lost, Action... actions) {
        return Runs.on(
                lost.around(state.database.source()),
                state.database.scheduling(),
                Catalogue.of(actions.length == 0 ? EffectAction.all(effects) : List.of(actions)),
                new RunSettings("late@here", "here", Map.of(), InstantSource.system()));
    }

    /** As another engine does it that has found this one dead. */
    private static void takenOver(RunId id) {
        try {
            state.sql("update run set epoch = epoch + 1, engine = 'another@there' where id = '%s'".formatted(id));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_no_database_can_store_is_recorded_as_something_else_and_the_step_is_done() throws Exception {
        try (var talking = Runs.on(
                state.database,
                Catalogue.of(List.of(new RunCommand(Thread::sleep, Map.of()))),
                new RunSettings("talking@here", "here", Map.of(), InstantSource.system()))) {
            var with = Map.<String, Value>of(
                    "argv",
                    new Value.Listing(List.of(
                            Value.text("/usr/bin/printf"), Value.text("%b"), Value.text("before\\0000after\\n"))));
            var view = talking.execute(talking.start(
                    request(procedure("binary", Step.act("say", "say it", new ActionCall("command", with))))));

            assertThat(view.run().state()).isEqualTo(RunState.COMPLETED);
            assertThat(view.steps().getFirst().outputs()).containsEntry("stdout", "before\uFFFDafter");
            assertThat(talking.events(view.run().id(), 0, 100))
                    .extracting(Event::text)
                    .contains("before\uFFFDafter");
        }
    }
}
