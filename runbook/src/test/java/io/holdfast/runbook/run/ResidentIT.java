package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.plan.procedure.Step;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Priority;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.schedule.DueWork;
import io.holdfast.runbook.schedule.MissedRuns;
import io.holdfast.runbook.schedule.Recurring;
import io.holdfast.runbook.schedule.Resident;
import io.holdfast.runbook.schedule.Times;
import io.holdfast.runbook.schedule.Timetable;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResidentIT extends OnState {

    private static final int RUNS = Boolean.getBoolean("holdfast.torture") ? 1000 : 50;

    @Test
    void a_run_whose_process_was_killed_goes_on_within_thirty_seconds() throws Exception {
        try (var runs = state.runs(effects, "resident@here", Map.of())) {
            var id = runs.submit(request(procedure(
                    "taken",
                    step("before", "once", "line", "before"),
                    step("slow", "idempotent", "line", "slow", "takes", "3s"),
                    step("after", "once", "line", "after"))));
            var child = EngineMain.start(folder.resolve("state"), effects, id, 0, false);
            Until.step(runs, id, "slow", StepState.RUNNING);

            try (var _ = Resident.start(state.database, runs)) {
                assertThat(runs.run(id).engine()).isEqualTo("child@here");
                child.destroyForcibly().waitFor();

                await().atMost(Duration.ofSeconds(30)).until(() -> runs.run(id).engine(), "resident@here"::equals);
                Until.run(runs, id, RunState.COMPLETED);
            }
        }
        assertThat(EffectAction.lines(effects)).containsExactly("before", "slow", "after");
    }

    @Test
    void two_residents_share_many_runs_and_each_step_is_done_once() throws Exception {
        try (var first = state.runs(effects, "first@here", Map.of());
                var second = state.runs(effects, "second@here", Map.of())) {
            var ids = new ArrayList<RunId>();
            for (var n = 0; n < RUNS; n++) {
                var line = "run " + n + " step ";
                ids.add(first.submit(request(procedure(
                        "many",
                        IntStream.range(0, 5)
                                .mapToObj(step -> step("s" + step, "once", "line", line + step, "target", "t" + step))
                                .toArray(Step[]::new)))));
            }
            try (var _ = Resident.start(state.database, first);
                    var _ = Resident.start(state.database, second)) {
                await().atMost(Duration.ofMinutes(5))
                        .pollInterval(Duration.ofMillis(200))
                        .until(() -> ids.stream().allMatch(id -> first.run(id).state() == RunState.COMPLETED));
            }
        }
        // Which of the two it was does not matter: on a busy machine one may take over from the other.
        var lines = EffectAction.lines(effects);
        assertThat(lines).hasSize(RUNS * 5);
        assertThat(new HashSet<>(lines)).hasSize(RUNS * 5);
    }

    @Test
    void a_resident_that_ends_leaves_its_runs_to_the_next_at_once() throws Exception {
        RunId id;
        try (var runs = state.runs(effects, "first@here", Map.of());
                var _ = Resident.start(state.database, runs)) {
            id = runs.submit(request(procedure("left", step("slow", "idempotent", "line", "slow", "takes", "2s"))));
            Until.event(runs, id, EventType.INTENT);
        }
        try (var runs = state.runs(effects, "second@here", Map.of());
                var _ = Resident.start(state.database, runs)) {
            await().atMost(Duration.ofSeconds(5)).until(() -> runs.run(id).engine(), "second@here"::equals);
            Until.run(runs, id, RunState.COMPLETED);
        }
        assertThat(EffectAction.lines(effects)).containsExactly("slow");
    }

    @Test
    void a_paused_run_is_executed_when_somebody_resumes_it() throws Exception {
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs)) {
            var id = runs.submit(request(procedure("again", step("shaky", "once", "line", "x", "fails", "1"))));
            Until.run(runs, id, RunState.PAUSED_BY_FAILED_STEP);

            runs.retry(id, "shaky", "tester");

            Until.run(runs, id, RunState.COMPLETED);
        }
    }

    @Test
    void recurring_work_comes_at_its_time_and_missed_times_are_made_up_for_once_or_left_out() throws Exception {
        var table = new Table(
                "missed", List.of(yearly("caught-up", MissedRuns.CATCH_UP), yearly("left-out", MissedRuns.LEAVE_OUT)));
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {
            await().until(() -> rows("missed"), rows -> rows.size() == 2);
        }
        sql(
                "update scheduled_tasks set execution_time = now() - interval '3 days' where task_name = 'recurring/missed'");

        try (var first = state.runs(effects, "first@here", Map.of());
                var second = state.runs(effects, "second@here", Map.of());
                var _ = Resident.start(state.database, first, List.of(table));
                var _ = Resident.start(state.database, second, List.of(table))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> EffectAction.lines(effects), lines -> !lines.isEmpty());
            await().atMost(Duration.ofSeconds(30)).until(() -> rows("missed"), ResidentIT::areToCome);
            assertThat(EffectAction.lines(effects)).containsExactly("caught-up");
            assertThat(first.list(false, 1).getFirst().priority()).isEqualTo(Priority.RECURRING);
        }
    }

    @Test
    void what_the_timetable_says_now_counts_and_only_whoever_has_it_does_it() throws Exception {
        var table = new Table("changing", List.of(yearly("stays", MissedRuns.CATCH_UP), often("goes")));
        try (var with = state.runs(effects, "with@here", Map.of());
                var without = state.runs(effects, "without@here", Map.of());
                var _ = Resident.start(state.database, without);
                var _ = Resident.start(state.database, with, List.of(table))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> EffectAction.lines(effects), lines -> lines.size() >= 2);

            table.entries = List.of(yearly("stays", MissedRuns.CATCH_UP), often("comes"));

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> EffectAction.lines(effects).contains("comes"));
            assertThat(rows("changing")).containsOnlyKeys("stays", "comes");
            var before = rows("changing").getOrDefault("stays", Instant.EPOCH);

            table.entries = List.of(new Recurring(
                    "stays", new Times.Every(Duration.ofDays(1)), MissedRuns.CATCH_UP, () -> start("stays")));

            await().atMost(Duration.ofSeconds(30)).until(() -> rows("changing"), rows -> rows.size() == 1);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rows("changing").getOrDefault("stays", before), Predicate.not(before::equals));
            assertThat(EffectAction.lines(effects)).doesNotContain("stays");
        }
    }

    @Test
    void what_is_due_and_cannot_be_done_is_recorded_as_a_failed_run() {
        var request = request(procedure("impossible", step("only", "once", "line", "x")));
        var table = new Table(
                "refusing",
                List.of(new Recurring(
                        "impossible",
                        new Times.Every(Duration.ofSeconds(1)),
                        MissedRuns.CATCH_UP,
                        () -> new DueWork.Refuse(request, "the plan is gone"))));
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {
            var failed = await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> runs.list(false, 100).stream()
                                    .filter(run -> run.procedure().equals("impossible"))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            assertThat(failed.state()).isEqualTo(RunState.FAILED);
            assertThat(failed.message()).isEqualTo("the plan is gone");
            assertThat(runs.show(failed.id()).steps())
                    .extracting(StepRow::state)
                    .containsExactly(StepState.CANCELED);
        }
        assertThat(EffectAction.lines(effects)).isEmpty();
    }

    /** Can be changed while a resident has it. */
    private static final class Table implements Timetable {

        private final String name;
        private volatile List<Recurring> entries;

        Table(String name, List<Recurring> entries) {
            this.name = name;
            this.entries = entries;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<Recurring> entries() {
            return entries;
        }
    }

    /** Every first of January. */
    private static Recurring yearly(String name, MissedRuns missed) {
        return new Recurring(name, new Times.Cron("0 2 1 1 *", ZoneId.of("Europe/Berlin")), missed, () -> start(name));
    }

    private static Recurring often(String name) {
        return new Recurring(name, new Times.Every(Duration.ofSeconds(1)), MissedRuns.CATCH_UP, () -> start(name));
    }

    private static DueWork start(String name) {
        return new DueWork.Start(request(procedure(name, step("only", "once", "line", name))));
    }

    private static boolean areToCome(Map<String, Instant> rows) {
        return rows.values().stream().allMatch(time -> time.isAfter(Instant.now()));
    }

    /** When entries of a timetable come next. */
    private static Map<String, Instant> rows(String table) throws SQLException {
        try (var connection = state.database.source().getConnection();
                var query = connection.prepareStatement(
                        "select task_instance, execution_time from scheduled_tasks where task_name = ?")) {
            query.setString(1, "recurring/" + table);
            var rows = new HashMap<String, Instant>();
            try (var found = query.executeQuery()) {
                while (found.next()) {
                    rows.put(
                            found.getString(1),
                            found.getObject(2, OffsetDateTime.class).toInstant());
                }
            }
            return rows;
        }
    }

    private static void sql(String statement) throws SQLException {
        try (var connection = state.database.source().getConnection();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }
}
