package io.holdfast.runbook.run;

import static io.holdfast.runbook.run.Plans.procedure;
import static io.holdfast.runbook.run.Plans.request;
import static io.holdfast.runbook.run.Plans.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.Parameter;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Retry;
import io.holdfast.plan.procedure.Step;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.schedule.DueWork;
import io.holdfast.runbook.schedule.MissedRuns;
import io.holdfast.runbook.schedule.Recurring;
import io.holdfast.runbook.schedule.Resident;
import io.holdfast.runbook.schedule.Times;
import io.holdfast.runbook.schedule.Timetable;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Recurring work that is in its own way, and that makes no sense or fails. */
class RecurringIT extends OnState {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The multiples of which are so far apart that none comes in the middle of a test. */
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void two_works_that_run_one_procedure_for_different_things_are_both_done_when_both_are_due() {
        var backup = Plans.with(
                procedure("backup", step("copy", "once", "line", "${parameters.what}", "takes", "2s")),
                new Parameter("what", ValueType.TEXT, Optional.empty(), "What is copied"));
        var orders = told(backup, "orders");
        var users = Plans.inEnvironmentOf(orders, told(backup, "users"));
        var table = new Table("both", () -> List.of(daily("orders", orders), daily("users", users)));
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {
            due("both", 2);

            await().atMost(PATIENCE).until(() -> ended(runs, "backup"), ended -> ended.size() == 2);

            assertThat(EffectAction.lines(effects)).containsExactlyInAnyOrder("orders", "users");
            assertThat(ended(runs, "backup")).extracting(RunRow::state).containsOnly(RunState.COMPLETED);
        }
    }

    @Test
    void a_work_whose_last_run_has_not_ended_is_left_out_that_time() {
        var slow = request(procedure("slow", step("only", "once", "line", "x", "takes", "5s")));
        var table = new Table("slow", () -> List.of(daily("slow", slow)));
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {
            due("slow", 1);
            await().atMost(PATIENCE).until(() -> runs.list(true, 10), open -> !open.isEmpty());

            due("slow", 1);

            await().atMost(PATIENCE).until(() -> planned("slow"), Instant.now()::isBefore);
            await().atMost(PATIENCE).until(() -> ended(runs, "slow"), ended -> ended.size() == 1);
            await().during(Duration.ofSeconds(3))
                    .until(() -> runs.list(true, 10).isEmpty());
        }
    }

    @Test
    void a_run_that_nobody_watches_ends_where_the_engine_fails_and_the_work_comes_again() {
        var forEver = new Step(
                "only",
                "do it",
                step("only", "once", "line", "x", "fails", "1").work(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                new Retry(2, Duration.ofDays(999_999)),
                step("x", "once").ungraceful(),
                Optional.empty());
        var defective = request(procedure("defective", forEver));
        var table = new Table("defective", () -> List.of(daily("defective", defective)));
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {
            due("defective", 1);

            var ended = await().atMost(PATIENCE)
                    .until(() -> ended(runs, "defective"), found -> !found.isEmpty())
                    .getFirst();

            assertThat(ended.state()).isEqualTo(RunState.FAILED);
            assertThat(ended.message()).startsWith("the engine is defective: ");
        }
    }

    @Test
    void a_work_that_cannot_be_scheduled_keeps_no_other_from_its_times() {
        var absurd = new Recurring(
                "absurd",
                new Times.Every(Duration.ofDays(999_999_999)),
                MissedRuns.CATCH_UP,
                () -> new DueWork.Start(request(procedure("absurd", step("only", "once", "line", "absurd")))));
        var table = new Table("absurd", () -> List.of(absurd, often("behind")));
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {

            await().atMost(PATIENCE).until(() -> EffectAction.lines(effects).contains("behind"));
        }
    }

    @Test
    void an_error_while_the_timetable_is_read_ends_no_scheduling() {
        var looks = new AtomicInteger();
        var table = new Table("shaky", () -> {
            if (looks.incrementAndGet() < 3) {
                throw new StackOverflowError("for a test");
            }
            return List.of(often("after"));
        });
        try (var runs = state.runs(effects, "resident@here", Map.of());
                var _ = Resident.start(state.database, runs, List.of(table))) {

            await().atMost(PATIENCE).until(() -> EffectAction.lines(effects).contains("after"));
        }
    }

    /** Whatever it holds at the moment. */
    private record Table(String name, Supplier<List<Recurring>> held) implements Timetable {

        @Override
        public List<Recurring> entries() {
            return held.get();
        }
    }

    private static Recurring daily(String name, RunRequest request) {
        return new Recurring(name, new Times.Every(DAY), MissedRuns.CATCH_UP, () -> new DueWork.Start(request));
    }

    private static Recurring often(String name) {
        return new Recurring(
                name,
                new Times.Every(Duration.ofSeconds(1)),
                MissedRuns.CATCH_UP,
                () -> new DueWork.Start(simple(name)));
    }

    private static RunRequest simple(String name) {
        return request(procedure(name, step("only", "once", "line", name)));
    }

    private static RunRequest told(Procedure procedure, String what) {
        return RunRequest.recovery(Plans.definition(Map.of("what", what), procedure), "tester", Optional.empty());
    }

    private static List<RunRow> ended(Runs runs, String procedure) {
        return runs.list(false, 1000).stream()
                .filter(run ->
                        run.procedure().equals(procedure) && run.finished().isPresent())
                .toList();
    }

    /** What is in a timetable is due now, once it is scheduled. */
    private static void due(String table, int works) {
        await().atMost(PATIENCE).until(() -> scheduled(table) == works);
        try {
            state.sql(
                    "update scheduled_tasks set execution_time = now() where task_name = 'recurring/%s' and not picked"
                            .formatted(table));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int scheduled(String table) throws SQLException {
        return state.count("select count(*) from scheduled_tasks where task_name = 'recurring/%s'".formatted(table));
    }

    /** When the only one in a timetable comes next. */
    private static Instant planned(String table) throws SQLException {
        return Instant.ofEpochSecond(state.count(
                "select extract(epoch from execution_time)::int from scheduled_tasks where task_name = 'recurring/%s'"
                        .formatted(table)));
    }
}
