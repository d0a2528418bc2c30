package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.approval.ApprovalException;
import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.approval.Decision;
import io.holdfast.runbook.approval.TestKeys;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ApprovalsIT extends OnEngine {

    static final TestKeys ANNA = TestKeys.make();
    static final TestKeys BERND = TestKeys.make();
    static final TestKeys CARLA = TestKeys.make();
    static final TestKeys TESTER = TestKeys.make();
    static final TestKeys STRANGER = TestKeys.make();

    static final Map<String, TestKeys> PEOPLE = Map.of("anna", ANNA, "bernd", BERND, "carla", CARLA, "tester", TESTER);

    @Test
    void a_run_goes_on_when_enough_people_have_said_yes() throws Exception {
        var id = start(2, Duration.ofMinutes(5), "anna");
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);

        assertThat(statement(id)).contains("shown:\nloses 15 minutes", "plan: sha256:0123abcd", "run: " + id);
        approve(id, BERND);
        assertThat(Until.row(runs, id, "ask").message()).startsWith("1 of 2: bernd; until ");
        assertThat(EffectAction.lines(effects)).isEmpty();
        approve(id, CARLA);

        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
        assertThat(EffectAction.lines(effects)).containsExactly("after bernd, carla");
    }

    @Test
    void an_approval_counts_though_nobody_executes_the_run() throws Exception {
        var id = start(1, Duration.ofMinutes(5), "tester");
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);
        runs.close();
        execution.end();

        approve(id, BERND);
        try (var another = state.runs(effects)) {
            assertThat(another.execute(id).run().state()).isEqualTo(RunState.COMPLETED);
        }
    }

    @Test
    void a_no_fails_the_step_and_a_retry_asks_anew() throws Exception {
        var id = start(1, Duration.ofMinutes(5), "tester");
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);
        var first = statement(id);

        decide(id, Decision.DECLINE, BERND.sign(request(id).statement(Decision.DECLINE)), "too much is lost");

        assertThat(execution.end().run().state()).isEqualTo(RunState.PAUSED_BY_FAILED_STEP);
        assertThat(runs.run(id).message()).isEqualTo("step 'ask': declined by bernd: too much is lost");

        runs.retry(id, "ask", "tester");
        execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);
        refused(id, ANNA.sign(first), "the signature does not do: it is over another text");
        approve(id, ANNA);
        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void the_end_of_the_time_is_a_no() throws Exception {
        var view = runs.execute(start(1, Duration.ofMillis(300), "tester"));

        assertThat(view.run().state()).isEqualTo(RunState.PAUSED_BY_FAILED_STEP);
        assertThat(view.run().message()).isEqualTo("step 'ask': denied: not enough approvals in time");
    }

    @Test
    void signatures_that_do_not_count_are_refused() throws Exception {
        var id = start(2, Duration.ofMinutes(5), "anna");
        var other = start(2, Duration.ofMinutes(5), "anna");
        var executions = List.of(Background.execute(runs, id), Background.execute(runs, other));
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);
        Until.run(runs, other, RunState.WAITING_FOR_APPROVAL);
        var statement = statement(id);

        refused(id, STRANGER.sign(statement), "the key of this signature is of nobody who is asked");
        refused(id, ANNA.sign(statement), "'anna' started the run and cannot approve it");
        refused(id, BERND.sign(statement(other)), "the signature does not do: it is over another text");
        refused(id, BERND.sign(statement.replace("15", "0")), "the signature does not do: it is over another text");
        refused(
                id,
                BERND.sign(request(id).statement(Decision.DECLINE)),
                "the signature does not do: it is over another text");
        refused(
                id,
                "hello",
                "the signature does not do: it does not stand between "
                        + "'-----BEGIN SSH SIGNATURE-----' and '-----END SSH SIGNATURE-----'");
        approve(id, BERND);
        refused(id, BERND.sign(statement), "'bernd' has decided on step 'ask' already");

        runs.cancel(id, "tester", "");
        runs.cancel(other, "tester", "");
        for (var execution : executions) {
            assertThat(execution.end().run().state()).isEqualTo(RunState.CANCELED);
        }
        assertThatThrownBy(() -> decide(id, Decision.APPROVE, CARLA.sign(statement), ""))
                .isInstanceOf(RunRefusedException.class);
    }

    @Test
    void what_is_shown_to_an_approver_hides_nothing_of_itself() throws Exception {
        var approval = new Work.Approval(
                List.of("anna"),
                1,
                Duration.ofMinutes(5),
                Template.parse("loses 5 hours\rloses 5 s\u001b[2K\u202Ex\r\nsecond"));
        var definition = Plans.approvedBy(
                Map.of("anna", ANNA.line(), "tester", TESTER.line()),
                Plans.definition(Map.of(), procedure("hiding", Step.of("ask", "ask them", approval))));
        var id = runs.start(
                RunRequest.recovery(definition, "tester", Optional.empty()).withProof(TESTER::sign));
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);

        assertThat(statement(id)).endsWith("shown:\nloses 5 hours\uFFFDloses 5 s\uFFFD[2K\uFFFDx\nsecond\n");
        approve(id, ANNA);
        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
    }

    /** Bernd has a second name, with a key of the first one and one more. */
    @Test
    void a_second_name_with_a_key_of_the_starter_or_of_who_has_said_yes_is_no_second_person() throws Exception {
        var more = TestKeys.make();
        var people = Map.of(
                "bernd",
                BERND.line(),
                "robert",
                BERND.line() + "\n" + more.line(),
                "anna",
                ANNA.line(),
                "carla",
                CARLA.line());
        var own = runs.start(
                asked("own", people, List.of("robert", "anna"), 1, "bernd").withProof(BERND::sign));
        var twice = runs.start(asked("twice", people, List.of("bernd", "robert", "anna"), 2, "carla")
                .withProof(CARLA::sign));
        var executions = List.of(Background.execute(runs, own), Background.execute(runs, twice));
        Until.run(runs, own, RunState.WAITING_FOR_APPROVAL);
        Until.run(runs, twice, RunState.WAITING_FOR_APPROVAL);

        refused(own, BERND.sign(statement(own)), "'bernd' started the run and cannot approve it");
        refused(own, more.sign(statement(own)), "'bernd' started the run and cannot approve it");
        approve(twice, BERND);
        refused(twice, more.sign(statement(twice)), "'bernd' has decided on step 'ask' already");

        approve(own, ANNA);
        approve(twice, ANNA);
        for (var execution : executions) {
            assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
        }
        var tooFew = runs.execute(runs.start(
                asked("few", people, List.of("robert", "anna"), 2, "bernd").withProof(BERND::sign)));
        assertThat(tooFew.run().message())
                .isEqualTo("step 'ask': 2 must approve, and 1 of those who may have a key and did not start the run");
    }

    private static RunRequest asked(
            String id, Map<String, String> people, List<String> from, int quorum, String starter) {
        var approval = new Work.Approval(from, quorum, Duration.ofMinutes(5), Template.parse("loses 15 minutes"));
        return RunRequest.recovery(
                Plans.approvedBy(
                        people, Plans.definition(Map.of(), procedure(id, Step.of("ask", "ask them", approval)))),
                starter,
                Optional.empty());
    }

    /** Bernd says that he is Anna, and approves as himself. */
    @Test
    void whoever_starts_a_run_unsigned_may_be_one_of_those_who_approve_so_one_more_must() throws Exception {
        var id = runs.start(request(1, Duration.ofMinutes(5), "anna"));
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);

        assertThat(statement(id)).contains("quorum: 2");
        approve(id, BERND);
        assertThat(Until.row(runs, id, "ask").message()).startsWith("1 of 2: bernd; until ");
        assertThat(EffectAction.lines(effects)).isEmpty();
        approve(id, CARLA);
        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);

        var tooFew = runs.execute(runs.start(request(2, Duration.ofMinutes(5), "anna")));
        assertThat(tooFew.run().message())
                .isEqualTo(
                        "step 'ask': 3 must approve, one more because nobody has proven to be 'anna' who started the run,"
                                + " and 2 of those who may have a key");
    }

    @Test
    void a_signature_that_is_not_the_starters_over_this_run_starts_nothing() {
        var before = runs.list(false, 1000).size();
        var asked = request(1, Duration.ofMinutes(5), "anna");
        var anothers = "holdfast start 1\nrun: another\n";

        assertThatThrownBy(() -> runs.start(asked.withProof(BERND::sign)))
                .isInstanceOf(ApprovalException.class)
                .hasMessage("the key of this signature is none that the plan has of 'anna'");
        assertThatThrownBy(() -> runs.start(asked.withProof(_ -> ANNA.sign(anothers))))
                .isInstanceOf(ApprovalException.class)
                .hasMessage("the signature does not do: it is over another text");
        assertThat(runs.list(false, 1000)).hasSize(before);
    }

    @Test
    void nobody_skips_an_approval_and_too_few_keys_are_said_at_once() throws Exception {
        var id = start(1, Duration.ofMinutes(5), "tester");
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);

        assertThatThrownBy(() -> runs.skip(id, "ask", "tester", "in a hurry"))
                .hasMessage("step 'ask' is an approval, which nobody can skip");
        runs.cancel(id, "tester", "");
        execution.end();

        var tooFew = runs.execute(start(3, Duration.ofMinutes(5), "anna"));
        assertThat(tooFew.run().message())
                .isEqualTo("step 'ask': 3 must approve, and 2 of those who may have a key and did not start the run");
    }

    @Test
    void nobody_skips_a_group_in_which_people_are_still_to_be_asked() throws Exception {
        var approval =
                new Work.Approval(List.of("anna"), 1, Duration.ofMinutes(5), Template.literal("loses 15 minutes"));
        var ask = Step.of("ask", "ask her", approval);
        var definition = Plans.approvedBy(
                Map.of("anna", ANNA.line(), "tester", TESTER.line()),
                Plans.definition(
                        Map.of(),
                        procedure(
                                "groups",
                                Step.of("both", "both", new Work.Parallel(List.of(ask))),
                                Step.of(
                                        "each",
                                        "each",
                                        new Work.ForEach(List.of(Template.literal("a")), 1, List.of(ask))),
                                Step.of("nest", "nest", new Work.Nested("nested", Map.of())),
                                Step.of("no-one", "none", new Work.Parallel(List.of(step("x", "once", "line", "x"))))),
                        procedure("nested", Step.of("inner", "inner", new Work.Parallel(List.of(ask))))));
        var id = runs.start(
                RunRequest.recovery(definition, "tester", Optional.empty()).withProof(TESTER::sign));
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);

        for (var group : List.of("both", "each", "nest", "nest/inner")) {
            assertThatThrownBy(() -> runs.skip(id, group, "tester", "in a hurry"))
                    .isInstanceOf(RunRefusedException.class)
                    .hasMessage("step '%s' holds an approval, which nobody can skip".formatted(group));
        }
        runs.skip(id, "no-one", "tester", "not needed");
        runs.decide(id, "both/ask", Decision.APPROVE, ANNA.sign(asked(id, "both/ask")), "");
        await().until(() -> runs.asked(id, "each[0]/ask").isPresent());
        assertThatThrownBy(() -> runs.skip(id, "each", "tester", "in a hurry"))
                .hasMessage("step 'each' holds an approval, which nobody can skip");

        runs.cancel(id, "tester", "");
        execution.end();
    }

    @Test
    void a_key_of_the_plan_that_is_none_fails_the_step_that_needs_it() throws Exception {
        var approval = new Work.Approval(List.of("anna"), 1, Duration.ofMinutes(5), Template.literal("all"));
        var definition = Plans.approvedBy(
                Map.of("anna", "ssh-rsa AAAA"),
                Plans.definition(Map.of(), procedure("rsa", Step.of("ask", "ask her", approval))));

        var view = runs.execute(runs.start(RunRequest.recovery(definition, "tester", Optional.empty())));

        assertThat(view.run().message())
                .isEqualTo("step 'ask': the key of 'anna': 'ssh-rsa AAAA' is not an Ed25519 key of OpenSSH");
    }

    @Test
    void a_run_is_paused_and_resumed_while_it_waits_for_approval() throws Exception {
        var id = start(1, Duration.ofMinutes(5), "tester");
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);

        runs.pause(id, "tester", "wait for the others");
        assertThat(execution.end().run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);
        approve(id, BERND);
        assertThat(EffectAction.lines(effects)).isEmpty();

        runs.resume(id, "tester");
        assertThat(runs.execute(id).run().state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void a_run_that_is_resumed_waits_again_for_those_who_have_not_decided() throws Exception {
        var id = start(1, Duration.ofMinutes(5), "tester");
        var execution = Background.execute(runs, id);
        Until.run(runs, id, RunState.WAITING_FOR_APPROVAL);
        runs.pause(id, "tester", "");
        assertThat(execution.end().run().state()).isEqualTo(RunState.PAUSED_BY_OPERATOR);

        runs.resume(id, "tester");
        assertThat(runs.run(id).state()).isEqualTo(RunState.WAITING_FOR_APPROVAL);
        execution = Background.execute(runs, id);
        Until.claimed(runs, id, 2);

        assertThat(runs.run(id).state()).isEqualTo(RunState.WAITING_FOR_APPROVAL);
        assertThat(runs.run(id).message()).isEqualTo("step 'ask'");
        approve(id, BERND);
        assertThat(execution.end().run().state()).isEqualTo(RunState.COMPLETED);
    }

    private RunId start(int quorum, Duration expires, String starter) {
        return runs.start(
                request(quorum, expires, starter).withProof(Objects.requireNonNull(PEOPLE.get(starter))::sign));
    }

    private static RunRequest request(int quorum, Duration expires, String starter) {
        var people = new TreeMap<String, String>();
        PEOPLE.forEach((name, keys) -> people.put(name, keys.line()));
        var approval = new Work.Approval(
                List.of("anna", "bernd", "carla"), quorum, expires, Template.parse("loses 15 minutes"));
        var definition = Plans.approvedBy(
                people,
                Plans.definition(
                        Map.of(),
                        procedure(
                                "ask",
                                Step.of("ask", "ask them", approval),
                                step("after", "once", "line", "after ${steps.ask.approvers}"))));
        return RunRequest.recovery(definition, starter, Optional.empty());
    }

    private String asked(RunId id, String step) {
        return runs.asked(id, step).orElseThrow().statement(Decision.APPROVE);
    }

    private ApprovalRequest request(RunId id) {
        return runs.asked(id, "ask").orElseThrow();
    }

    private String statement(RunId id) {
        return request(id).statement(Decision.APPROVE);
    }

    private void approve(RunId id, TestKeys who) {
        decide(id, Decision.APPROVE, who.sign(statement(id)), "");
    }

    private void decide(RunId id, Decision decision, String signature, String comment) {
        runs.decide(id, "ask", decision, signature, comment);
    }

    private void refused(RunId id, String signature, String why) {
        assertThatThrownBy(() -> decide(id, Decision.APPROVE, signature, ""))
                .isInstanceOf(ApprovalException.class)
                .hasMessage(why);
        assertThat(Until.row(runs, id, "ask").state()).isEqualTo(StepState.WAITING_FOR_APPROVAL);
    }
}
