package io.holdfast.plan.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.plan.ShippedPlans;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LiveCheckTest {

    @Test
    void each_question_is_asked_once_with_the_names_of_the_environment() throws Exception {
        var asked = new ConcurrentLinkedQueue<Question>();

        check("staging", Duration.ofSeconds(30), question -> {
            asked.add(question);
            return List.of(Finding.passed("x", "fine"));
        });

        assertThat(asked)
                .filteredOn(question -> question.action().name().equals("http.check"))
                .singleElement()
                .satisfies(question ->
                        assertThat(question.inputs()).containsEntry("url", "https://staging.optimalbuild.com/health"));
        assertThat(asked)
                .filteredOn(question -> question.action().name().equals("kubernetes.scale"))
                .extracting(question -> question.inputs().get("replicas"))
                .containsExactlyInAnyOrder(0L, 3L);
        assertThat(asked).noneMatch(question -> question.procedure().endsWith("-on-host"));
    }

    @Test
    void health_checks_are_asked_too_where_a_procedure_runs() throws Exception {
        var read = PlanFile.read("""
                plan: {name: shop, overview: x, version: 1, updated: 2026-01-01, next-review: 2027-07-01, owner: Me}
                objectives:
                  rto: {target: 4h, description: a}
                  rpo: {target: 1h, description: b}
                  mttr: {target: 2h, description: c}
                health:
                  - {uses: http.check, with: {url: "http://${environment.host}/"}}
                  - {uses: http.check, with: {url: "http://${run.id}/"}}
                procedures:
                  a: {title: A, use: x, steps: [{id: w, title: W, uses: wait, with: {duration: 1s}}]}
                environments:
                  prod: {title: P, values: {host: shop}}
                  idle: {title: P, runs: [], values: {host: shop}}
                """);
        var plan = read.plan().orElseThrow();
        var check = new LiveCheck(
                read.places(),
                question -> List.of(Finding.passed("x", String.valueOf(question.inputs()))),
                "here",
                Duration.ofSeconds(30));

        assertThat(check.run(plan, plan.environment("prod").orElseThrow()))
                .filteredOn(finding -> finding.code().equals("live.http.check"))
                .extracting(PlanFinding::message)
                .containsExactly("health: {url=http://shop/}", "health: ${run.id} is known only in a run");
        assertThat(check.run(plan, plan.environment("idle").orElseThrow())).isEmpty();
    }

    @Test
    void what_is_to_run_on_another_member_cannot_be_told_here() throws Exception {
        var read = PlanFile.read("""
                plan: {name: shop, overview: x, version: 1, updated: 2026-01-01, next-review: 2027-07-01, owner: Me}
                objectives:
                  rto: {target: 4h, description: a}
                  rpo: {target: 1h, description: b}
                  mttr: {target: 2h, description: c}
                procedures:
                  a:
                    title: A
                    use: x
                    steps:
                      - {id: own, title: W, uses: wait, on: here, with: {duration: 1s}}
                      - {id: other, title: W, uses: wait, on: "${environment.replica}", with: {duration: 1s}}
                      - id: both
                        title: B
                        on: there
                        uses: parallel
                        steps: [{id: inner, title: W, uses: wait, with: {duration: 2s}}]
                environments:
                  prod: {title: P, values: {replica: db2}}
                """);
        var plan = read.plan().orElseThrow();
        var check =
                new LiveCheck(read.places(), _ -> List.of(Finding.passed("x", "fine")), "here", Duration.ofSeconds(30));

        assertThat(check.run(plan, plan.environment("prod").orElseThrow()))
                .extracting(PlanFinding::severity, PlanFinding::message)
                .containsExactly(
                        tuple(Severity.PASSED, "step own: fine"),
                        tuple(Severity.UNKNOWN, "step other: it is for member 'db2', and this host is 'here'"),
                        tuple(Severity.UNKNOWN, "step inner: it is for member 'there', and this host is 'here'"));
    }

    @Test
    void what_is_known_only_in_a_run_is_unknown_before() throws Exception {
        var findings = check("prod", Duration.ofSeconds(30), _ -> List.of(Finding.passed("x", "fine")));

        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.UNKNOWN)
                .extracting(PlanFinding::message)
                .contains(
                        "step restore: ${parameters.restore-time} is known only in a run",
                        "step verify-data: ${steps.wait.endpoint} is known only in a run");
    }

    @Test
    void one_who_does_not_answer_in_time_is_unknown_and_nobody_waits_longer() throws Exception {
        var never = new CountDownLatch(1);

        var findings = check("dr", Duration.ofMillis(500), question -> {
            if (question.action().name().equals("http.check")) {
                awaitWithoutHearing(never);
            }
            return List.of(Finding.passed("x", "fine"));
        });
        never.countDown();

        assertThat(findings)
                .filteredOn(finding -> finding.code().equals("live.http.check"))
                .extracting(PlanFinding::severity)
                .containsExactly(Severity.UNKNOWN);
        assertThat(findings).anyMatch(finding -> finding.severity() == Severity.PASSED);
    }

    @Test
    void what_a_provider_throws_is_unknown() throws Exception {
        var findings = check("dr", Duration.ofSeconds(30), _ -> {
            throw new IllegalStateException("broken");
        });

        assertThat(findings).isNotEmpty().allMatch(finding -> finding.severity() == Severity.UNKNOWN);
    }

    private static void awaitWithoutHearing(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException _) {
                // as a library that swallows it
            }
        }
    }

    private static List<PlanFinding> check(String environment, Duration limit, World world) throws Exception {
        var read = PlanFile.read(Files.readString(ShippedPlans.file("plans/optimal-build/plan.yaml")));
        var plan = read.plan().orElseThrow();
        return new LiveCheck(read.places(), world, "here", limit)
                .run(plan, plan.environment(environment).orElseThrow());
    }
}
