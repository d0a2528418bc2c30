package io.holdfast.plan.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.Plan;
import io.holdfast.plan.ShippedPlans;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.plan.render.Evidence.Measured;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanDocumentTest {

    private static final Set<String> PROGRAMS = Set.of(
            "kubectl", "aws", "psql", "createdb", "gunzip", "eksctl", "helm", "curl", "./scripts/notify-incident.sh");

    private final Plan plan = ShippedPlans.faithful();

    @Test
    void the_document_holds_every_fact_table_row_and_number_of_the_original() throws Exception {
        var markdown = normalised(PlanDocument.markdown(plan, Evidence.NONE));
        var html = normalised(PlanDocument.html(plan, Evidence.NONE)
                .replaceAll("</t[dh]><t[dh]>", " | ")
                .replaceAll("<tr><t[dh]>", "| ")
                .replaceAll("</t[dh]></tr>", " |")
                .replaceAll("<[^>]+>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&"));

        assertThat(facts()).hasSizeGreaterThan(200).allSatisfy(fact -> {
            assertThat(markdown).contains(fact);
            assertThat(html).contains(fact);
        });
    }

    @Test
    void every_command_of_the_original_belongs_to_a_step_or_a_backup() throws Exception {
        var byHand = new HashSet<String>();
        plan.byHand()
                .commands()
                .forEach((procedure, steps) -> steps.forEach((step, commands) -> {
                    assertThat(plan.procedure(procedure).orElseThrow().steps())
                            .extracting("id")
                            .contains(step);
                    commands.lines().map(String::strip).forEach(byHand::add);
                }));
        plan.backups().database().forEach(backup -> backup.byHand().forEach(commands -> byHand.add(commands.text())));
        plan.backups().state().forEach(backup -> backup.byHand().forEach(commands -> byHand.add(commands.text())));

        var commands = facts().stream()
                .filter(fact -> PROGRAMS.contains(fact.replaceFirst(" .*", "")))
                .toList();

        assertThat(commands).hasSizeGreaterThan(25);
        assertThat(byHand).containsAll(commands);
    }

    @Test
    void when_a_recovery_is_over_stands_before_the_procedures() {
        assertThat(PlanDocument.markdown(plan, Evidence.NONE))
                .containsSubsequence(
                        "## Recovery Procedures",
                        "**Recovered when**: `http.check`: url `${environment.application.health}`",
                        "### Procedure 1");
    }

    @Test
    void sections_stand_in_the_order_of_the_original() {
        var headings = PlanDocument.markdown(plan, Evidence.NONE)
                .lines()
                .filter(line -> line.startsWith("## "))
                .toList();

        assertThat(headings)
                .containsExactly(
                        "## Overview",
                        "## Recovery Objectives",
                        "## Disaster Categories",
                        "## Backup Strategy",
                        "## Recovery Procedures",
                        "## Communication Plan",
                        "## Testing Schedule",
                        "## Recovery Checklist",
                        "## Appendix");
    }

    @Test
    void each_promise_has_the_newest_evidence_beside_it() {
        var at = Instant.parse("2026-11-26T03:00:41Z");
        var markdown = PlanDocument.markdown(
                plan,
                new Evidence(
                        Optional.of(new Measured(Duration.ofMillis(2400), at)),
                        Optional.of(new Measured(Duration.ofSeconds(41), at)),
                        Optional.of(at),
                        Map.of("cluster-recovery", new Measured(Duration.ofSeconds(3725), at)),
                        Map.of("Failover Drill", at)));

        assertThat(markdown)
                .contains("| 4 hours | Maximum acceptable downtime | 41 s, measured 2026-11-26 03:00Z |")
                .contains("| 1 hour | Maximum acceptable data loss | 2.4 s, measured 2026-11-26 03:00Z |")
                .contains("| 2 hours | Expected average recovery time | 62 min 5 s, measured 2026-11-26 03:00Z |")
                .contains("cluster rebuild (`cluster-recovery`): 62 min 5 s, measured 2026-11-26 03:00Z")
                .contains("**Last proof**: a backup was restored and found intact 2026-11-26 03:00Z")
                .contains("| Failover Drill | Simulate primary database failure | 1 hour | 2026-11-26 03:00Z |")
                .contains("(`auto-healing`): never proven");
    }

    @Test
    void a_test_that_tries_a_procedure_was_passed_when_that_last_completed() throws Exception {
        var text = Files.readString(ShippedPlans.file("plans/optimal-build/plan.yaml"))
                .replace(
                        "Simulate primary database failure, duration: 1h }",
                        "Simulate primary database failure, duration: 1h, procedure: cluster-recovery }");
        var at = Instant.parse("2026-11-26T03:00:41Z");
        var drilled = new Evidence(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of("cluster-recovery", new Measured(Duration.ofSeconds(3725), at)),
                Map.of());

        assertThat(PlanDocument.markdown(PlanFile.read(text).plan().orElseThrow(), drilled))
                .contains("| Failover Drill | Simulate primary database failure | 1 hour | 2026-11-26 03:00Z |")
                .contains("| Runbook Review | Verify procedures are current | 30 min | never |");
    }

    @Test
    void without_evidence_every_promise_says_that_it_was_never_proven() {
        assertThat(PlanDocument.markdown(plan, Evidence.NONE))
                .contains("| 4 hours | Maximum acceptable downtime | never proven |")
                .contains("**Last proof**: never proven")
                .doesNotContain("measured 2");
    }

    @Test
    void texts_of_a_plan_cannot_become_anything_but_text() {
        var hostile = PlanFile.read("""
                plan:
                  name: "<script>alert(1)</script>"
                  overview: "a | b\\n# c <img src=x onerror=y> [x](javascript:z) &lt;b> **bold**"
                  version: 1
                  updated: 2026-01-01
                  next-review: 2026-07-01
                  owner: "' onmouseover='x"
                objectives:
                  rto: {target: 4h, description: "a | b"}
                  rpo: {target: 1h, description: b}
                  mttr: {target: 2h, description: c}
                procedures:
                  a:
                    title: A
                    use: x
                    steps:
                      - {id: s, title: S, uses: wait, with: {duration: 1s}, by-hand: "```\\n</code><script>"}
                """).plan().orElseThrow();

        var html = PlanDocument.html(hostile, Evidence.NONE);
        assertThat(html).doesNotContain("<script").doesNotContain("<img").doesNotContain("' onmouseover");
        var markdown = PlanDocument.markdown(hostile, Evidence.NONE);
        assertThat(markdown)
                .contains("a | b # c &lt;img src=x onerror=y> [x]\\(javascript:z) &amp;lt;b> \\*\\*bold\\*\\*")
                .contains("| 4 hours | a \\| b | never proven |")
                .contains("````bash\n```\n</code><script>\n````");
    }

    @ParameterizedTest
    @CsvSource({
        "``` rest of the page, \\``` rest of the page",
        "~~~~, \\~~~~",
        "# Approved by all, \\# Approved by all",
        "###### Small, \\###### Small",
        "> said somebody, \\> said somebody",
        "- one, \\- one",
        "---, \\---",
        "* * *, \\* * *",
        "1. first, 1\\. first",
        "12) twelfth, 12\\) twelfth",
        "[x]: javascript:alert(1), [x]\\: javascript:alert(1)",
        "press [here][x] now, press [here]\\[x] now",
        "-5 degrees and #1 of *all*, -5 degrees and #1 of *all*",
        "2.5 hours, 2.5 hours",
    })
    void a_paragraph_stays_one(String overview, String written) {
        var plan = PlanFile.read(document(overview, "x")).plan().orElseThrow();

        assertThat(PlanDocument.markdown(plan, Evidence.NONE)).contains("\n\n" + written + "\n\n");
    }

    @Test
    void a_bar_ends_no_cell_of_a_table_whatever_is_before_it() {
        var plan = PlanFile.read(document("x", "a \\\\| b | c")).plan().orElseThrow();

        assertThat(PlanDocument.markdown(plan, Evidence.NONE))
                .contains("| 4 hours | a \\\\\\| b \\| c | never proven |");
    }

    private static String document(String overview, String promise) {
        return """
                plan: {name: a, overview: "%s", version: 1, updated: 2026-01-01, next-review: 2026-07-01, owner: Me}
                objectives:
                  rto: {target: 4h, description: "%s"}
                  rpo: {target: 1h, description: b}
                  mttr: {target: 2h, description: c}
                procedures:
                  a: {title: A, use: x, steps: [{id: s, title: S, uses: wait, with: {duration: 1s}}]}
                """.formatted(overview, promise);
    }

    private static List<String> facts() throws Exception {
        return Files.readAllLines(ShippedPlans.file("plan/src/test/resources/optimal-build-facts.txt"));
    }

    private static String normalised(String text) {
        return text.replace("**", "").replace("`", "").replaceAll("\\s+", " ");
    }
}
