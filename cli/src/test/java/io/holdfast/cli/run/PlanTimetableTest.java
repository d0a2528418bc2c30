package io.holdfast.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.runbook.run.RunRequest;
import io.holdfast.runbook.schedule.DueWork;
import io.holdfast.runbook.schedule.MissedRuns;
import io.holdfast.runbook.schedule.Recurring;
import io.holdfast.runbook.schedule.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PlanTimetableTest {

    private static final String PLAN = """
            plan: {name: light, overview: x, version: "1", updated: 2026-01-15, next-review: 2099-01-15, owner: Me}
            objectives:
              rto: {target: 1h, description: a}
              rpo: {target: 5m, description: b}
              mttr: {target: 30m, description: c}
            procedures:
              oil:
                title: Fill in oil
                use: Daily
                parameters: {lamp: {description: Which one}}
                steps: [{id: fill, title: Fill, uses: wait, with: {duration: 1s}}]
            environments:
              rock: {title: The rock, values: {lamp: "north ${light}"}}
              shore: {title: The shore, values: {lamp: south}}
            recurring:
              oil-daily:
                title: Oil
                environment: rock
                daily-at: 02:30
                zone: Europe/Berlin
                procedure: oil
                parameters: {lamp: "the ${environment.lamp} of ${environment.name}"}
              watch:
                title: Watch
                environment: rock
                every: 30m
                missed: skip
                task: watch-capture
            """;

    private static final Path KEY = Path.of("../runbook/src/test/resources/io/holdfast/runbook/approval/key.pub");

    @TempDir
    private Path folder = Path.of("");

    private Path file;
    private PlanTimetable table;

    @BeforeEach
    void read() throws IOException {
        file = Files.writeString(folder.resolve("plan.yaml"), PLAN);
        var tables = PlanTimetable.of(WatchedPlan.of(file, InstantSource.system()), List.of());
        assertThat(tables).extracting(PlanTimetable::name).containsExactly("rock");
        table = tables.getFirst();
    }

    private DueWork due(String name) {
        return table.entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow()
                .work()
                .get();
    }

    private RunRequest started(String name) {
        assertThat(due(name)).isInstanceOf(DueWork.Start.class);
        return ((DueWork.Start) due(name)).request();
    }

    @Test
    void what_the_plan_says_of_times_holds() {
        assertThat(table.entries())
                .extracting(Recurring::times)
                .containsExactly(
                        new Times.Cron("30 2 * * *", ZoneId.of("Europe/Berlin")),
                        new Times.Every(Duration.ofMinutes(30)));
        assertThat(table.entries())
                .extracting(Recurring::missed)
                .containsExactly(MissedRuns.CATCH_UP, MissedRuns.LEAVE_OUT);
    }

    /** A value is put in once, and is no template. */
    @Test
    void parameters_know_the_environment() {
        var definition = started("oil-daily").definition();

        assertThat(definition.procedure()).isEqualTo("oil");
        assertThat(definition.parameters()).isEqualTo(Map.of("lamp", "the north ${light} of rock"));
        assertThat(started("watch").definition().root().steps()).hasSize(1);
    }

    @Test
    void what_is_due_fails_while_the_file_cannot_be_used_and_no_longer() throws IOException {
        Files.delete(file);
        assertThat(table.entries()).hasSize(2);
        assertThat(due("watch")).isInstanceOf(DueWork.Refuse.class);

        Files.writeString(file, PLAN);
        assertThat(due("watch")).isInstanceOf(DueWork.Start.class);

        Files.writeString(file, PLAN.replace("duration: 1s", "durration: 1s"));
        assertThat(((DueWork.Refuse) due("oil-daily")).reason()).contains("has no input 'durration'");
        assertThat(((DueWork.Refuse) due("oil-daily")).request().definition().procedure())
                .isEqualTo("oil");

        Files.writeString(file, PLAN.replace("environment.lamp", "steps.fill.waited"));
        assertThat(((DueWork.Refuse) due("oil-daily")).reason())
                .contains("${steps.fill.waited} is not known when recurring work begins");
    }

    @Test
    @Timeout(60)
    void a_pipe_in_the_place_of_the_file_lets_nobody_wait() throws Exception {
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();

        assertThat(table.entries()).hasSize(2);
        assertThat(((DueWork.Refuse) due("oil-daily")).reason()).contains("it is no regular file");

        Files.delete(file);
        Files.writeString(file, PLAN);
        assertThat(due("oil-daily")).isInstanceOf(DueWork.Start.class);
    }

    @Test
    @Timeout(60)
    void what_is_due_fails_while_the_file_system_does_not_answer_and_no_longer() throws Exception {
        var answers = new Semaphore(1);
        var hanging = new PlanTimetable(
                WatchedPlan.of(file, InstantSource.system(), () -> {
                    answers.acquireUninterruptibly();
                    return PLAN;
                }),
                "rock");

        assertThat(hanging.entries()).hasSize(2);
        assertThat(((DueWork.Refuse) hanging.entries().getFirst().work().get()).reason())
                .contains("could not be read within 5 s");

        answers.release(1000);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> hanging.entries().getFirst().work().get(), DueWork.Start.class::isInstance);
    }

    @Test
    void work_that_the_plan_gets_later_is_done_in_its_only_environment() throws IOException {
        var without = PLAN.substring(0, PLAN.indexOf("recurring:"));
        Files.writeString(file, without.replaceAll(" *shore:.*\n", ""));
        var tables = PlanTimetable.of(WatchedPlan.of(file, InstantSource.system()), List.of());
        assertThat(tables).extracting(PlanTimetable::name).containsExactly("rock");
        assertThat(tables.getFirst().entries()).isEmpty();

        Files.writeString(file, PLAN);

        assertThat(tables.getFirst().entries()).hasSize(2);
        Files.writeString(file, without);
        assertThat(PlanTimetable.of(WatchedPlan.of(file, InstantSource.system()), List.of()))
                .isEmpty();
    }

    @Test
    void an_approval_that_nobody_could_be_held_to_is_refused() throws IOException {
        Files.writeString(
                file,
                PLAN.replace(
                                "{id: fill, title: Fill, uses: wait, with: {duration: 1s}}",
                                "{id: ask, title: Ask, uses: approval, with: {from: [anna, bernd], quorum: 1, expires: 5m, shown: x}}")
                        + """
                contacts:
                  anna: {role: Keeper, name: Anna, keys: [KEY]}
                  bernd: {role: Keeper, name: Bernd}
                """.replace("KEY", Files.readString(KEY).strip()));

        assertThat(((DueWork.Refuse) due("oil-daily")).reason()).contains("asks for approvals");
    }

    @Test
    void by_a_plan_that_may_not_be_run_procedures_fail_and_checks_are_made() throws IOException {
        var plan = WatchedPlan.of(file, InstantSource.system());
        plan.mustPass(changed -> {
            throw RunStartException.noEnvironment("of " + changed.document().version(), List.of());
        });
        table = PlanTimetable.of(plan, List.of()).getFirst();

        assertThat(((DueWork.Refuse) due("oil-daily")).reason()).contains("no environment 'of 1'");
        assertThat(table.entries())
                .filteredOn(entry -> !entry.name().equals("oil-daily"))
                .extracting(entry -> entry.work().get())
                .isNotEmpty()
                .allMatch(DueWork.Start.class::isInstance);
    }

    @Test
    void a_plan_that_may_be_run_is_asked_about_again_when_it_changes() throws IOException {
        var asked = new ArrayList<String>();
        var plan = WatchedPlan.of(file, InstantSource.system());
        plan.mustPass(changed -> asked.add(changed.document().version()));
        table = PlanTimetable.of(plan, List.of()).getFirst();

        started("oil-daily");
        started("oil-daily");
        Files.writeString(file, PLAN.replace("version: \"1\"", "version: \"2\""));
        started("oil-daily");

        assertThat(asked).containsExactly("1", "2");
    }

    @Test
    void a_plan_with_errors_is_no_beginning() throws IOException {
        Files.writeString(file, PLAN.replace("duration: 1s", "durration: 1s"));

        assertThatThrownBy(() -> WatchedPlan.of(file, InstantSource.system())).hasMessageContaining("durration");
    }
}
