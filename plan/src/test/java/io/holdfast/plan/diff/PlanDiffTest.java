package io.holdfast.plan.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.Plan;
import io.holdfast.plan.ShippedPlans;
import io.holdfast.plan.file.PlanFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanDiffTest {

    private static final String PLAN = """
            plan:
              name: shop
              overview: For tests
              version: 1
              updated: 2026-01-01
              next-review: 2026-07-01
              owner: Me
              changes: {from: [boss, deputy], quorum: 2}
            objectives:
              rto: {target: 4h, description: a}
              rpo: {target: 1h, description: b}
              mttr: {target: 2h, description: c}
            procedures:
              restore:
                title: Restore
                use: Always
                deadline: 1h
                steps:
                  - {id: agree, title: Agree, uses: approval, with: {from: [boss], shown: x}}
                  - {id: first, title: First, uses: wait, with: {duration: 1s}}
                  - {id: second, title: Second, uses: wait, with: {duration: 1s}, by-hand: sleep 1}
            contacts:
              boss: {role: Boss, name: X}
            """;

    @Test
    void comments_and_spacing_are_no_change() {
        var changes = PlanDiff.between(plan(PLAN), plan("# changed\n" + PLAN.replace("name: X", "name:   'X'")));

        assertThat(changes.isEmpty()).isTrue();
        assertThat(changes.voided()).isEmpty();
        assertThat(changes.needed()).isEmpty();
    }

    @Test
    void changes_are_told_in_words_with_the_approvals_that_they_void() {
        var after = PLAN.replace("target: 1h", "target: 5m")
                .replace("deadline: 1h", "deadline: 2h")
                .replace(
                        "  - {id: first",
                        "  - {id: zero, title: Zero, uses: wait, with: {duration: 3s}}\n      - {id: first")
                .replace("by-hand: sleep 1", "by-hand: sleep 2, timeout: 5m")
                .replace("name: X", "name: Y")
                .replace("quorum: 2", "quorum: 1");

        var changes = PlanDiff.between(plan(PLAN), plan(after));

        assertThat(changes.sections())
                .containsExactly(
                        new PlanChanges.Section(
                                "The plan",
                                List.of("a change of the plan: approval is 1 of boss, deputy, was 2 of boss, deputy")),
                        new PlanChanges.Section("Objectives", List.of("RPO: target is 5 minutes, was 1 hour")),
                        new PlanChanges.Section(
                                "Procedures",
                                List.of(
                                        "procedure restore: deadline is 2 hours, was 1 hour",
                                        "procedure restore: new step zero after agree: Zero (`wait`: duration `3s`)",
                                        "procedure restore: step second now: at most 5 minutes",
                                        "procedure restore: step second has other commands for people")),
                        new PlanChanges.Section("Contacts", List.of("Boss (boss): name is Y, was X")));
        assertThat(changes.needed()).containsExactly("2 of boss, deputy, as the old plan says");
        assertThat(changes.voided()).containsExactly("procedure restore, step agree: agree");
    }

    @Test
    void another_health_check_or_another_name_of_an_answer_is_told() {
        var before = PLAN.replace("procedures:\n", "health: [{uses: http.check, with: {url: a}}]\nprocedures:\n")
                + "categories:\n  1: {title: C, severity: low, recovery-within: 1h, answers: [{text: t, procedure: restore}]}\n";

        assertThat(PlanDiff.between(plan(before), plan(before.replace("url: a", "url: b")))
                        .sections())
                .containsExactly(new PlanChanges.Section(
                        "Health", List.of("a recovery: end is `http.check`: url `b`, was `http.check`: url `a`")));
        assertThat(PlanDiff.between(plan(before), plan(before.replace("text: t", "text: u")))
                        .sections())
                .containsExactly(new PlanChanges.Section(
                        "Disaster categories", List.of("category 1: procedures is u (restore), was t (restore)")));
    }

    @Test
    void how_often_a_backup_is_proven_is_told() {
        var before = PLAN.replace("procedures:\n", "backups: {proven-every: 7d}\nprocedures:\n");

        assertThat(PlanDiff.between(plan(before), plan(before.replace("7d", "31d")))
                        .sections())
                .extracting(PlanChanges.Section::changes)
                .containsExactly(List.of("proofs: at least every is 31 days, was 7 days"));
    }

    @Test
    void steps_that_move_or_go_are_told() {
        var moved = PLAN.replace("id: first, title: First", "id: x, title: x")
                .replace("id: second, title: Second", "id: first, title: First")
                .replace("id: x, title: x", "id: second, title: Second");
        assertThat(PlanDiff.between(plan(PLAN), plan(moved))
                        .sections()
                        .getFirst()
                        .changes())
                .contains("procedure restore: the order of steps is agree, second, first, was agree, first, second");

        var gone = PLAN.replaceFirst("      - \\{id: first[^\n]*\n", "");
        assertThat(PlanDiff.between(plan(PLAN), plan(gone))
                        .sections()
                        .getFirst()
                        .changes())
                .containsExactly("procedure restore: step first is gone");
    }

    @Test
    void the_mended_plan_differs_in_what_was_found() {
        var changes = PlanDiff.between(ShippedPlans.faithful(), ShippedPlans.mended());

        assertThat(changes.sections())
                .extracting(PlanChanges.Section::title)
                .containsExactly(
                        "The plan",
                        "Disaster categories",
                        "Backups",
                        "What recovery itself needs",
                        "Procedures",
                        "Communication",
                        "Contacts",
                        "Environments and recurring work");
        assertThat(changes.sections().stream().flatMap(section -> section.changes().stream()))
                .contains(
                        "CTO (cto): name is Helena Brandt, was [Name]",
                        "P2: response time is 10 minutes, was 30 minutes",
                        "procedure cross-region-failover: deadline is 3 hours, nothing was said before");
        assertThat(PlanDiff.between(ShippedPlans.mended(), ShippedPlans.faithful())
                        .voided())
                .hasSize(3);
    }

    private static Plan plan(String text) {
        var read = PlanFile.read(text);
        assertThat(read.problems()).isEmpty();
        return read.plan().orElseThrow();
    }
}
