package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.runbook.approval.TestKeys;
import io.holdfast.runbook.journal.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {

    @TempDir
    Path effects;

    @AfterEach
    void nothing_was_done() {
        assertThat(effects).isEmptyDirectory();
    }

    @Test
    void it_says_what_would_be_done_and_what_is_in_the_way() throws Exception {
        var steps = dryRun(request(procedure(
                "dry",
                step("first", "once", "line", "${environment.greeting}", "target", "database"),
                step("second", "once", "line", "after ${steps.first.written}"),
                Step.act("third", "not here", new ActionCall("test.none", Map.of())),
                step("fourth", "once", "line", "${environment.nothing}"))));

        assertThat(steps).extracting(DryStep::intention).containsExactly("write 'hello'", "", "", "");
        assertThat(steps.getFirst().targets()).containsExactly("database");
        assertThat(steps)
                .flatExtracting(DryStep::findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.PASSED, Severity.NOTICE, Severity.UNKNOWN, Severity.ERROR);
    }

    @Test
    void of_an_ungraceful_run_it_says_what_is_left_out_and_what_takes_the_place_of_a_step() throws Exception {
        var procedure = procedure(
                "dry",
                Plans.ungraceful(step("ask", "once", "line", "ask the primary"), new Ungraceful.Skip()),
                Plans.ungraceful(
                        step("stop", "once", "line", "stop it"),
                        new Ungraceful.Instead(Plans.call("checkable", "line", "shut it off"))));

        var graceful = dryRun(request(procedure));
        var ungraceful = dryRun(request(procedure).withMode(Mode.UNGRACEFUL));

        assertThat(graceful)
                .extracting(DryStep::intention)
                .containsExactly("write 'ask the primary'", "write 'stop it'");
        assertThat(ungraceful)
                .extracting(DryStep::intention)
                .containsExactly("left out in an ungraceful run", "write 'shut it off'");
        assertThat(ungraceful.getLast().kind()).isEqualTo("test.checkable");
    }

    @Test
    void a_step_for_another_member_is_in_the_way() throws Exception {
        var steps = dryRun(request(procedure(
                "dry",
                Plans.on(step("here", "once", "line", "one"), "here"),
                Plans.on(step("there", "once", "line", "two"), "${environment.greeting}"))));

        assertThat(steps.getFirst().findings()).extracting(Finding::severity).containsExactly(Severity.PASSED);
        assertThat(steps.getLast().findings())
                .extracting(Finding::severity, Finding::message)
                .containsExactly(tuple(Severity.ERROR, "it is for member 'hello', and this host is 'here'"));
    }

    @Test
    void gates_and_verifications_are_in_the_way_as_their_step_is() throws Exception {
        var step = step("write", "once", "line", "one");
        var steps = dryRun(request(procedure(
                "dry",
                Plans.gated(step, new ActionCall("test.none", Map.of())),
                Plans.verified(step, Plans.call("look", "line", "${environment.nothing}")),
                Plans.verified(step, Plans.call("look", "line", "${steps.write.written}")),
                Plans.gated(step, Plans.call("look", "line", "is it there?")),
                Plans.gated(step, Plans.call("once", "line", "it changes")))));

        assertThat(steps)
                .extracting(
                        DryStep::kind,
                        said -> said.findings().stream().map(Finding::severity).toList())
                .containsExactly(
                        tuple("test.none", List.of(Severity.UNKNOWN)),
                        tuple("test.once", List.of(Severity.PASSED)),
                        tuple("test.once", List.of(Severity.PASSED)),
                        tuple("test.look", List.of(Severity.ERROR)),
                        tuple("test.once", List.of(Severity.PASSED)),
                        tuple("test.look", List.of(Severity.NOTICE)),
                        tuple("test.look", List.of(Severity.PASSED)),
                        tuple("test.once", List.of(Severity.PASSED)),
                        tuple("test.once", List.of(Severity.ERROR)),
                        tuple("test.once", List.of(Severity.PASSED)));
    }

    @Test
    void an_approval_that_too_few_can_give_is_in_the_way_and_a_signature_of_another_too() throws Exception {
        var anna = TestKeys.make();
        var bernd = TestKeys.make();
        var approval = new Work.Approval(
                List.of("anna", "bernd"), 1, Duration.ofMinutes(5), Template.parse("loses ${steps.before.written}"));
        var request = RunRequest.recovery(
                Plans.approvedBy(
                        Map.of("anna", anna.line(), "bernd", bernd.line()),
                        Plans.definition(Map.of(), procedure("dry", Step.of("ask", "ask them", approval)))),
                "anna",
                Optional.empty());

        assertThat(dryRun(request).getFirst().findings())
                .extracting(Finding::severity, Finding::message)
                .containsExactly(tuple(
                        Severity.ERROR,
                        "2 must approve, one more because nobody has proven to be 'anna' who started the run, and 1"
                                + " of those who may have a key"));
        assertThat(dryRun(request.withProof(bernd::sign)).getFirst().findings())
                .extracting(Finding::severity, Finding::message)
                .containsExactly(
                        tuple(Severity.ERROR, "the key of this signature is none that the plan has of 'anna'"));
        assertThat(dryRun(request.withProof(anna::sign)).getFirst().findings()).isEmpty();
    }

    private List<DryStep> dryRun(RunRequest request) throws InterruptedException {
        return Runs.dryRun(
                request,
                Catalogue.of(EffectAction.all(effects)),
                new RunSettings("dry", "here", Map.of(), InstantSource.system()));
    }
}
