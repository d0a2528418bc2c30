package io.holdfast.plan.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.plan.ShippedPlans;
import io.holdfast.plan.procedure.Condition.Comparison;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.Node;
import io.holdfast.plan.yaml.Place;
import io.holdfast.plan.yaml.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {

    private static final String HEAD = """
            plan: {name: shop, overview: For tests, version: 1, updated: 2026-01-01, next-review: 2026-07-01, owner: Me}
            objectives:
              rto: {target: 4h, description: a}
              rpo: {target: 1h, description: b}
              mttr: {target: 2h, description: c}
            """;

    @Test
    void the_plan_of_optimal_build_is_read_without_a_problem() {
        var plan = ShippedPlans.faithful();

        assertThat(plan.objectives().rto().target()).isEqualTo(Duration.ofHours(4));
        assertThat(plan.categories()).extracting("number").containsExactly(1, 2, 3, 4);
        assertThat(plan.procedure("cluster-recovery").orElseThrow().steps()).hasSize(6);
        assertThat(plan.tests()).hasSize(9);
        var local = plan.environment("local").orElseThrow();
        assertThat(plan.procedure("point-in-time-recovery", local).orElseThrow().id())
                .isEqualTo("point-in-time-recovery-on-host");
        assertThat(plan.byHand().of("full-database-restore", "decompress")).hasValue("gunzip backup-latest.sql.gz");
    }

    @Test
    void every_problem_is_told_at_once_with_line_column_and_what_was_meant() {
        var read = PlanFile.read("""
                plan: {name: shop, overview: x, version: 1, updated: yesterday, next-review: 2026-07-01, owner: Me}
                objektives: {}
                objectives:
                  rto: {target: 4 hours, description: a}
                  rpo: {target: 0h, description: b}
                categories:
                  1: {title: a, severity: lowish, recovery-within: 15m, answers: none}
                procedures:
                  Restore:
                    title: x
                    use: y
                    steps:
                      - {id: a, title: A}
                      - {id: b, title: B, uses: wait, wiht: {duration: 1s}}
                      - {id: c, title: C, uses: "wait", with: {duration: "${a"}}
                      - {id: d, title: D, uses: parallel}
                      - {id: e, title: E, uses: wait, when: maybe}
                contacts:
                """);

        assertThat(read.problems())
                .extracting(problem ->
                        "%s %s %s; %s".formatted(problem.place(), problem.code(), problem.message(), problem.hint()))
                .containsExactly(
                        "1:54 plan.invalid-value 'plan.updated' is not a date such as 2026-04-17: 'yesterday'; write a date such as 2026-04-17",
                        "2:1 plan.unknown-key unknown key 'objektives'; did you mean 'objectives'?",
                        "4:3 plan.missing-key 'objectives.mttr' is missing; mttr: Mean Time To Recovery.",
                        "4:17 plan.invalid-value 'objectives.rto.target' is not a duration such as 90s, 15m, 4h or 30d, longer than zero, at most a hundred years: '4 hours'; write a duration such as 90s, 15m, 4h or 30d, longer than zero, at most a hundred years",
                        "5:17 plan.invalid-value 'objectives.rpo.target' is not a duration such as 90s, 15m, 4h or 30d, longer than zero, at most a hundred years: '0h'; write a duration such as 90s, 15m, 4h or 30d, longer than zero, at most a hundred years",
                        "7:27 plan.invalid-value 'categories.1.severity' is not one of low, medium, high, critical: 'lowish'; write one of low, medium, high, critical",
                        "7:66 plan.invalid-value 'categories.1.answers' takes a list, not 'none'; write each item after '- ' on a line of its own",
                        "9:3 plan.invalid-value 'procedures.Restore' is not a name of lower-case letters, digits, '-' and '_', at most 63: 'Restore'; write a name of lower-case letters, digits, '-' and '_', at most 63",
                        "13:9 plan.missing-key 'procedures.Restore.steps[1]' does nothing: 'uses' is missing; name an action, approval, parallel or procedure; or loop with for-each",
                        "14:39 plan.unknown-key unknown key 'procedures.Restore.steps[2].wiht'; did you mean 'with'?",
                        "15:58 plan.malformed-template 'procedures.Restore.steps[3].with.duration': '${a' opens a reference that does not end; write ${scope.name}, for example ${environment.database.host}; a literal ${ is written $${",
                        "16:9 plan.missing-key 'procedures.Restore.steps[4]' has no steps; write the steps beneath 'steps'",
                        "17:45 plan.invalid-value 'procedures.Restore.steps[5].when' is not a condition: 'maybe'; write one comparison, for example ${parameters.mode} == dump, or with !=",
                        "18:1 plan.invalid-value 'contacts' has no value; give it one, or remove the key");
        assertThat(read.plan()).isEmpty();
        assertThat(read.unread())
                .containsExactlyInAnyOrder("plan", "objectives", "categories", "procedures", "contacts");
    }

    @Test
    void a_step_has_all_that_is_written() {
        var plan = PlanFile.read(HEAD + """
                procedures:
                  switch:
                    title: Switch
                    use: Always
                    parameters:
                      mode: {description: How, default: ""}
                    steps:
                      - id: ask
                        title: Ask
                        uses: approval
                        with: {from: [cto], quorum: 1, expires: 10m, shown: "lose ${parameters.mode}?"}
                      - id: both
                        title: Both
                        uses: parallel
                        steps:
                          - {id: one, title: One, uses: wait, with: {duration: 1s}, by-hand: sleep 1}
                          - id: each
                            title: Each
                            for-each: [a, b]
                            limit: 2
                            steps:
                              - {id: inner, title: Inner, uses: wait, with: {duration: "${item}"}}
                      - id: again
                        title: Again
                        uses: procedure
                        with: {procedure: switch, mode: x}
                        when: ${parameters.mode} != ""
                        timeout: 5m
                        retry: {attempts: 3, delay: 10s}
                        on: replica
                        gates: [{uses: http.check, with: {url: "http://x"}}]
                        ungraceful: {uses: wait, with: {duration: 2s}}
                """).plan().orElseThrow();

        var steps = plan.procedure("switch").orElseThrow().steps();
        assertThat(steps.get(0).work()).isInstanceOfSatisfying(Work.Approval.class, approval -> {
            assertThat(approval.expires()).isEqualTo(Duration.ofMinutes(10));
            assertThat(approval.shown()).hasToString("lose ${parameters.mode}?");
        });
        var parallel = (Work.Parallel) steps.get(1).work();
        assertThat(parallel.steps().get(1).work())
                .isInstanceOfSatisfying(
                        Work.ForEach.class, loop -> assertThat(loop.limit()).isEqualTo(2));
        var again = steps.get(2);
        assertThat(again.work()).isInstanceOfSatisfying(Work.Nested.class, nested -> {
            assertThat(nested.procedure()).isEqualTo("switch");
            assertThat(nested.parameters()).containsOnlyKeys("mode");
        });
        assertThat(again.when().orElseThrow().comparison()).isEqualTo(Comparison.NOT_EQUAL);
        assertThat(again.when().orElseThrow().right()).hasToString("");
        assertThat(again.retry().attempts()).isEqualTo(3);
        assertThat(again.ungraceful()).isInstanceOf(Ungraceful.Instead.class);
        assertThat(plan.byHand().of("switch", "one")).hasValue("sleep 1");
    }

    @Test
    void each_part_has_its_place() {
        var read = PlanFile.read(HEAD + """
                procedures:
                  a:
                    title: A
                    use: b
                    steps:
                      - id: x
                        title: X
                        uses: wait
                        with:
                          duration: 1s
                """);

        assertThat(read.places().of(List.of("procedures", "a", "steps", "x", "with", "duration")))
                .isEqualTo(new Place(15, 11));
        assertThat(read.places().of(List.of("procedures", "a", "steps", "x", "on")))
                .isEqualTo(new Place(11, 9));
        assertThat(read.places().of(List.of("nowhere"))).isEqualTo(new Place(1, 1));
    }

    @Test
    void comments_spacing_and_the_order_of_keys_do_not_change_the_hash() {
        var hash = hash("procedures: {a: {title: A, use: b, steps: []}}");

        assertThat(hash("# a comment\nprocedures:\n  a:\n    use: \"b\"\n    title: 'A'\n    steps: [ ]\n"))
                .isEqualTo(hash);
        assertThat(hash("procedures: {a: {title: A, use: c, steps: []}}")).isNotEqualTo(hash);
        assertThat(hash("procedures: {a: {title: A, use: b, steps: [], deadline: 1h}}"))
                .isNotEqualTo(hash);
    }

    private static String hash(String rest) {
        return PlanFile.read(HEAD + rest).plan().orElseThrow().hash().hex();
    }

    @Test
    void what_is_no_plan_is_refused() {
        assertThat(PlanFile.read("").problems()).extracting("message").containsExactly("the file is empty");
        assertThat(PlanFile.read("- a\n").problems())
                .extracting("message")
                .containsExactly("the file does not hold 'key: value' lines");
    }

    @Test
    void a_plan_that_cannot_be_read_stops_with_everything_that_is_wrong(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("plan.yaml"), "plan: 1\nobjectives: 2\n");

        assertThatThrownBy(() -> PlanFile.load(file))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("the plan has 3 problems:")
                .hasMessageContaining(file + ":1:7: 'plan' takes a section, not '1'");
        assertThatThrownBy(() -> PlanFile.load(folder.resolve("none.yaml")))
                .hasMessage("there is no plan '%s'".formatted(folder.resolve("none.yaml")));
    }

    @Test
    void letters_that_need_it_are_escaped_in_the_canonical_form() {
        var somewhere = Place.START;
        var list = new Node.Listing(List.of(new Node.Scalar("1", somewhere), new Node.Empty(somewhere)), somewhere);
        var text = new Node.Scalar("a\"\n\u0001\\", somewhere);
        var mapping = new Node.Mapping(
                Map.of("b", new Node.Entry(somewhere, text), "a", new Node.Entry(somewhere, list)), somewhere);

        assertThat(CanonicalForm.of(mapping)).isEqualTo("{\"a\":[\"1\",null],\"b\":\"a\\\"\\n\\u0001\\\\\"}");
    }

    @Test
    void what_is_larger_than_any_plan_is_refused_unread(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("plan.yaml"), HEAD + "# " + "x".repeat(3 << 20));

        assertThatThrownBy(() -> PlanFile.text(file))
                .hasMessage("'%s' cannot be the plan: it is larger than 3 MiB".formatted(file));
        assertThat(PlanFile.read("x".repeat((3 << 20) + 1)).problems())
                .extracting(Problem::message)
                .containsExactly("it is larger than 3 MiB");
    }

    @Test
    void what_does_not_end_is_no_plan() {
        assertThatThrownBy(() -> PlanFile.text(Path.of("/dev/zero")))
                .hasMessage("'/dev/zero' cannot be the plan: it is larger than 3 MiB");
        assertThatThrownBy(() -> PlanFile.textOfRegular(Path.of("/dev/zero")))
                .hasMessage("'/dev/zero' cannot be the plan: it is no regular file");
    }

    @Test
    @Timeout(30)
    void procedures_that_run_each_other_more_often_than_anybody_can_are_refused() {
        var doubling = new StringBuilder(HEAD).append("procedures:\n");
        for (var n = 0; n < 29; n++) {
            var next = "with: {procedure: p%d}".formatted(n + 1);
            doubling.append(
                    "  p%d: {title: x, use: y, steps: [{id: a, title: A, uses: procedure, %s}, {id: b, title: B, uses: procedure, %s}]}\n"
                            .formatted(n, next, next));
        }
        doubling.append("  p29: {title: x, use: y, steps: [{id: a, title: A, uses: wait, with: {duration: 1s}}]}\n");

        var read = PlanFile.read(doubling.toString());

        assertThat(read.plan()).isEmpty();
        assertThat(read.unread()).containsExactly("procedures");
        assertThat(read.problems().getFirst().message())
                .isEqualTo(
                        "procedure 'p0' has more than 10000 steps, with those of the procedures that it runs, or these run each other more than 30 deep");
        assertThat(read.problems().getFirst().place()).isEqualTo(new Place(7, 3));
        assertThat(read.problems()).extracting(Problem::code).containsOnly("plan.procedure-too-large");
    }

    @Test
    @Timeout(30)
    void a_loop_over_more_than_anybody_can_watch_is_refused() {
        var items = IntStream.range(0, 10_000).mapToObj(Integer::toString).collect(Collectors.joining(", "));

        var read = PlanFile.read(HEAD
                + "procedures:\n  p: {title: x, use: y, steps: [{id: l, title: L, for-each: [%s], steps: [{id: a, title: A, uses: wait, with: {duration: 1s}}]}]}\n"
                        .formatted(items));

        assertThat(read.problems()).extracting(Problem::code).containsExactly("plan.procedure-too-large");
    }

    @Test
    @Timeout(30)
    void a_long_chain_of_procedures_does_not_end_the_stack() {
        var chain = new StringBuilder(HEAD).append("procedures:\n");
        for (var n = 0; n < 3000; n++) {
            chain.append(
                    "  p%d: {title: x, use: y, steps: [{id: a, title: A, uses: procedure, with: {procedure: p%d}}]}\n"
                            .formatted(n, n + 1));
        }

        assertThat(PlanFile.read(chain.toString()).plan()).isEmpty();
    }

    @Test
    @Timeout(30)
    void more_procedures_than_anybody_can_know_are_refused() {
        var many = new StringBuilder(HEAD).append("procedures:\n");
        for (var n = 0; n < 1001; n++) {
            many.append("  p%d: {title: x, use: y, steps: [{id: a, title: A, uses: wait, with: {duration: 1s}}]}\n"
                    .formatted(n));
        }

        var read = PlanFile.read(many.toString());

        assertThat(read.problems())
                .extracting(Problem::message)
                .containsExactly(
                        "there are more than 1000 procedures, or more than 100000 steps in all, with those of the procedures that they run");
        assertThat(read.unread()).containsExactly("procedures");
    }
}
