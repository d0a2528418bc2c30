package io.holdfast.plan.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.ShippedPlans;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.problem.Finding.Severity;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanCheckTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 26);

    @Test
    void the_plan_of_optimal_build_has_no_error_and_exactly_these_warnings() throws Exception {
        var findings = check("plans/optimal-build/plan.yaml");

        assertThat(findings).noneMatch(finding -> finding.severity() == Severity.ERROR);
        assertThat(findings.stream()
                        .filter(finding -> finding.severity() == Severity.WARNING)
                        .map(finding -> finding.code() + ": " + finding.message()))
                .containsExactlyElementsOf(
                        Files.readAllLines(ShippedPlans.file("plan/src/test/resources/optimal-build-warnings.txt")));
    }

    @Test
    void the_mended_plan_has_neither_errors_nor_warnings() throws Exception {
        var findings = check("plans/optimal-build/plan-mended.yaml");

        assertThat(findings).extracting(PlanFinding::severity).containsOnly(Severity.PASSED);
        assertThat(findings)
                .extracting(PlanFinding::message)
                .contains("'cross-region-failover' may take 3 hours, within the 4 hours of category 4");
    }

    @Test
    void a_measured_time_counts_more_than_a_planned_one() throws Exception {
        var read = PlanFile.read(Files.readString(ShippedPlans.file("plans/optimal-build/plan-mended.yaml")));

        var findings = PlanCheck.run(read, new Circumstances(TODAY, Map.of("cluster-recovery", Duration.ofHours(3))));

        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .extracting(PlanFinding::message)
                .containsExactly("'cluster-recovery' took 3 hours, 1 hour more than the 2 hours of category 3");
    }

    @Test
    void everything_that_makes_no_sense_is_found_at_once() {
        assertThat(errors("""
                procedures:
                  a:
                    title: A
                    use: x
                    parameters: {size: {description: y}}
                    steps:
                      - {id: one, title: One, uses: postgres.querry}
                      - id: two
                        title: Two
                        uses: http.check
                        with: {urll: "http://x", status: ok, within: 3 min}
                      - {id: two, title: Again, uses: wait, with: {duration: "${parameters.sizes}"}}
                      - {id: three, title: Three, uses: wait, with: {until: "${steps.four.stop-time}"}}
                      - {id: four, title: Four, uses: wait, with: {duration: "${steps.four.waited}"}}
                      - {id: five, title: Five, uses: wait, with: {duration: "${steps.four.wated}"}}
                      - {id: six, title: Six, uses: wait, with: {duration: "${item}"}}
                      - {id: seven, title: Seven, uses: wait, with: {duration: "${enviroment.x}${environment.hots}"}}
                      - id: eight
                        title: Eight
                        uses: wait
                        with: {duration: 1s}
                        gates: [{uses: command, with: {argv: [rm]}}]
                      - {id: nine, title: Nine, uses: procedure, with: {procedure: b, speed: 1}}
                      - {id: ten, title: Ten, uses: approval, with: {from: [bos, cto], quorum: 2, shown: x}}
                      - id: eleven
                        title: Eleven
                        uses: notify.slack
                        with: {webhook: "https://hooks.slack.com/services/T0/B0/x", text: "AKIAABCDEFGHIJKLMNOP"}
                  b:
                    title: B
                    use: x
                    parameters: {spede: {description: y}}
                    steps:
                      - id: back
                        title: Back
                        uses: procedure
                        with: {procedure: a, size: 1}
                        by-hand: psql postgres://admin:hunter2@db/shop
                contacts:
                  boss: {role: Boss, name: X, keys: [KEY]}
                  cto: {role: CTO, name: Y, keys: [KEY]}
                environments:
                  prod: {title: P, values: {host: x}}
                recurring:
                  nightly: {title: N, environment: prd, every: 1d, procedure: c}
                """.replace(
                        "KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIZRqN8h05m0716DSBFV1hKsvn2uMqLtdjxy0LSPtV08")))
                .containsExactlyInAnyOrder(
                        "plan.unknown-action there is no action 'postgres.querry'",
                        "plan.unknown-input 'http.check' has no input 'urll'",
                        "plan.missing-input 'http.check' is not told its input 'url'",
                        "plan.invalid-input the input 'status' of 'http.check' is not a whole number",
                        "plan.invalid-input the input 'within' of 'http.check' is not a duration such as 90s, 15m, 4h or 30d",
                        "plan.duplicate-step procedure 'a' has two steps 'two'",
                        "plan.unknown-reference ${parameters.sizes} stands for nothing: the procedure has no parameter 'sizes'",
                        "plan.unknown-reference ${steps.four.stop-time} stands for nothing: step 'four' has not been done by then",
                        "plan.unknown-reference ${steps.four.waited} stands for nothing: step 'four' has not been done by then",
                        "plan.unknown-reference ${steps.four.wated} stands for nothing: step 'four' has no output 'wated'",
                        "plan.unknown-reference ${item} stands for nothing: there is no loop around it",
                        "plan.unknown-reference ${enviroment.x} stands for nothing: there is no 'enviroment'",
                        "plan.unknown-reference ${environment.hots} stands for nothing in environment 'prod'",
                        "plan.gate-changes 'command' changes something, so it is no gate, no verification and no health check",
                        "plan.unknown-parameter procedure 'b' has no parameter 'speed'",
                        "plan.missing-parameter procedure 'b' is not told its parameter 'spede'",
                        "plan.procedure-cycle procedure 'a' would run itself, through 'b'",
                        "plan.procedure-cycle procedure 'b' would run itself, through 'a'",
                        "plan.unknown-contact there is no contact 'bos'",
                        "plan.impossible-approval 2 must agree, and 1 of those who may have a key",
                        "plan.secret-in-file this is to be a secret, and stands here openly",
                        "plan.secret-in-file this looks like a secret",
                        "plan.secret-in-file this looks like a secret",
                        "plan.secret-in-file this looks like a secret",
                        "plan.shared-key 'cto' has the same key as 'boss': SHA256:upJT9HlKjlZx1JJdpl+qHunwTXe7lkXt9WptTlf9MVs",
                        "plan.unknown-environment there is no environment 'prd'",
                        "plan.unknown-procedure there is no procedure 'c'");
    }

    @Test
    void health_checks_are_held_against_the_same_rules_and_know_only_what_every_procedure_knows() {
        assertThat(errors("""
                health:
                  - {uses: http.chek, with: {url: x}}
                  - {uses: http.check, with: {urll: "${environment.hots}"}}
                  - {uses: command, with: {argv: ["${parameters.size}", "${steps.one.waited}", "${run.idd}"]}}
                  - {uses: http.check, with: {url: "http://admin:hunter2@shop/"}}
                procedures:
                  a:
                    title: A
                    use: x
                    parameters: {size: {description: y}}
                    steps: [{id: one, title: One, uses: wait, with: {duration: 1s}}]
                environments:
                  prod: {title: P, values: {host: x}}
                """))
                .containsExactlyInAnyOrder(
                        "plan.unknown-action there is no action 'http.chek'",
                        "plan.unknown-input 'http.check' has no input 'urll'",
                        "plan.missing-input 'http.check' is not told its input 'url'",
                        "plan.unknown-reference ${environment.hots} stands for nothing in environment 'prod'",
                        "plan.gate-changes 'command' changes something, so it is no gate, no verification and no health check",
                        "plan.unknown-reference ${parameters.size} stands for nothing: health checks belong to no procedure",
                        "plan.unknown-reference ${steps.one.waited} stands for nothing: health checks belong to no procedure",
                        "plan.unknown-reference ${run.idd} stands for nothing: a run has no 'idd'",
                        "plan.secret-in-file this looks like a secret");
    }

    @Test
    void an_action_takes_the_place_of_an_action_only() {
        assertThat(errors("""
                procedures:
                  a:
                    title: A
                    use: x
                    steps:
                      - id: both
                        title: Both
                        uses: parallel
                        ungraceful: {uses: wait, with: {duration: 1s}}
                        steps: [{id: one, title: One, uses: wait, with: {duration: 2s}, ungraceful: {uses: wait, with: {duration: 1s}}}]
                """))
                .containsExactly(
                        "plan.ungraceful-instead step 'both' is no action, so no other action can take its place in an ungraceful run");
    }

    @Test
    void an_approval_that_the_starter_can_leave_out_is_warned_of() {
        assertThat(warnings("""
                procedures:
                  inner:
                    title: I
                    use: x
                    steps:
                      - {id: ask, title: Ask, uses: approval, with: {from: [boss], shown: x}, ungraceful: skip}
                      - {id: also, title: Ask, uses: approval, with: {from: [boss], shown: x}}
                  a:
                    title: A
                    use: x
                    steps:
                      - {id: in, title: In, uses: procedure, with: {procedure: inner}, ungraceful: skip}
                      - id: both
                        title: Both
                        uses: parallel
                        ungraceful: skip
                        steps: [{id: one, title: One, uses: wait, with: {duration: 2s}}]
                contacts:
                  boss: {role: Boss, name: X, keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIGi6c4XbQ8nfD4xqC9Rq3zW9n4oZ3m8l4mS0mQy5oXm"]}
                """))
                .filteredOn(found -> found.startsWith("plan.approval-left-out"))
                .containsExactly(
                        "plan.approval-left-out step 'ask' of 'inner' is an approval, and an ungraceful run leaves it out: whoever starts it decides alone",
                        "plan.approval-left-out step 'in' of 'a' holds an approval, and an ungraceful run leaves it out: whoever starts it decides alone");
    }

    @Test
    void recurring_work_that_could_not_begin_when_it_is_due_is_an_error() {
        assertThat(errors("""
                procedures:
                  inner:
                    title: I
                    use: x
                    steps: [{id: ask, title: Ask, uses: approval, with: {from: [boss], shown: x}}]
                  a:
                    title: A
                    use: x
                    parameters: {size: {description: y}, speed: {description: z}}
                    steps: [{id: in, title: In, uses: procedure, with: {procedure: inner}}]
                environments:
                  prod: {title: P, values: {host: x}}
                contacts:
                  boss: {role: Boss, name: X, keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIGi6c4XbQ8nfD4xqC9Rq3zW9n4oZ3m8l4mS0mQy5oXm"]}
                recurring:
                  nightly:
                    title: N
                    environment: prod
                    every: 30m
                    procedure: a
                    parameters: {size: "${environment.host}", speed: "${run.id} ${environment.hots}"}
                """))
                .containsExactlyInAnyOrder(
                        "plan.unknown-reference ${run.id} is not known when recurring work begins in environment 'prod'",
                        "plan.unknown-reference ${environment.hots} is not known when recurring work begins in environment 'prod'",
                        "plan.recurring-asks procedure 'a' asks for approvals, and nobody starts what comes round by itself");
    }

    @Test
    void outputs_are_known_to_later_steps_only_and_not_beside_or_outside_a_loop() {
        assertThat(errors("""
                procedures:
                  a:
                    title: A
                    use: x
                    steps:
                      - id: beside
                        title: B
                        uses: parallel
                        steps:
                          - {id: left, title: L, uses: wait, with: {duration: 1s}}
                          - {id: right, title: R, uses: wait, with: {duration: "${steps.left.waited}"}}
                      - {id: after, title: A, uses: wait, with: {duration: "${steps.left.waited}"}}
                      - id: loop
                        title: L
                        for-each: [1s, 2s]
                        steps:
                          - {id: in, title: I, uses: wait, with: {duration: "${item}"}}
                          - {id: in-too, title: I, uses: wait, with: {duration: "${steps.in.waited}"}}
                      - {id: last, title: L, uses: wait, with: {duration: "${steps.in.waited}"}}
                """))
                .containsExactly(
                        "plan.unknown-reference ${steps.left.waited} stands for nothing: step 'left' has not been done by then",
                        "plan.unknown-reference ${steps.in.waited} stands for nothing: step 'in' has not been done by then");
    }

    @Test
    void what_fails_with_the_system_is_found() {
        assertThat(warnings("""
                safekeeping:
                  repository: [{location: "s3://a", region: east}]
                  keys: [{location: "kms", region: west}]
                  state: {location: "jdbc:postgresql://db.shop.example/holdfast"}
                procedures:
                  a: {title: A, use: x, steps: [{id: w, title: W, uses: wait, with: {duration: 1s}}]}
                categories:
                  1: {title: C, severity: low, recovery-within: 5h, answers: [{text: t, procedure: a}]}
                contacts:
                  boss: {role: Boss, name: X, channels: [{kind: email, address: boss@mail.shop.example}]}
                environments:
                  prod: {title: P, region: east, values: {mail: "https://mail.shop.example/", database: {host: db.shop.example}}}
                """))
                .contains(
                        "plan.backups-in-one-region no copy of the backups is known to lie outside region 'east'",
                        "plan.state-in-protected-cluster runs are recorded in 'jdbc:postgresql://db.shop.example/holdfast', which is the database that they recover",
                        "plan.contact-through-system 'Boss' can be reached only through the system that has failed: boss@mail.shop.example",
                        "plan.objectives-differ category 1 may take 5 hours, and the RTO is 4 hours")
                .noneMatch(finding -> finding.startsWith("plan.keys-in-one-region"));
    }

    @Test
    void sections_that_can_be_read_are_judged_although_others_cannot() {
        var findings = PlanCheck.run(PlanFile.read(HEAD + "contacts: 1\n" + """
                procedures:
                  a: {title: A, use: x, steps: [{id: w, title: W, uses: wiat}]}
                """), Circumstances.on(TODAY));

        assertThat(findings)
                .extracting(PlanFinding::message)
                .contains(
                        "'contacts' takes names and values, not '1'",
                        "not judged, because they cannot be read: contacts",
                        "there is no action 'wiat'");
    }

    @Test
    void rules_look_at_sections_that_exist() {
        var keys = ((Map<?, ?>) PlanFile.schema().getOrDefault("properties", Map.of()))
                .keySet().stream().map(String::valueOf).toList();

        assertThat(keys).containsAll(PlanCheck.sections());
    }

    private static final String HEAD = """
            plan: {name: shop, overview: For tests, version: 1, updated: 2026-01-01, next-review: 2027-07-01, owner: Me}
            objectives:
              rto: {target: 4h, description: a}
              rpo: {target: 1h, description: b}
              mttr: {target: 2h, description: c}
            """;

    private static List<String> errors(String rest) {
        return found(rest, Severity.ERROR);
    }

    private static List<String> warnings(String rest) {
        return found(rest, Severity.WARNING);
    }

    private static List<String> found(String rest, Severity severity) {
        var read = PlanFile.read(HEAD + rest);
        assertThat(read.problems()).isEmpty();
        return PlanCheck.run(read, Circumstances.on(TODAY)).stream()
                .filter(finding -> finding.severity() == severity)
                .map(finding -> finding.code() + " " + finding.message())
                .toList();
    }

    private static List<PlanFinding> check(String file) throws Exception {
        return PlanCheck.run(PlanFile.read(Files.readString(ShippedPlans.file(file))), Circumstances.on(TODAY));
    }
}
