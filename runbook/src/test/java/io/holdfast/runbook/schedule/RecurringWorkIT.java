package io.holdfast.runbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.Task;
import io.holdfast.runbook.run.Catalogue;
import io.holdfast.runbook.run.RunSettings;
import io.holdfast.runbook.run.Runs;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What is planned where the clock is set, and where times are changed. */
class RecurringWorkIT {

    private static final Times AT_TWO = new Times.Cron("0 2 * * *", ZoneId.of("Europe/Berlin"));

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    static StateDatabase database;

    private final SettableTime clock = new SettableTime(Instant.parse("2026-03-10T00:30:00Z"));
    private Runs runs;
    private String name = "";

    @BeforeAll
    static void open() {
        database = StateDatabase.open(new StateLocation.Folder(folder.resolve("state")));
    }

    @AfterAll
    static void end() {
        database.close();
    }

    @BeforeEach
    void prepare(TestInfo test) {
        name = test.getDisplayName();
        runs = Runs.on(database, Catalogue.of(List.of()), new RunSettings("test@here", "here", Map.of(), clock));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void what_a_clock_that_was_a_year_ahead_has_planned_comes_at_its_times() {
        clock.advance(Duration.ofDays(365));
        follow(AT_TWO);
        assertThat(planned()).isEqualTo("2027-03-10T01:00:00Z");

        clock.advance(Duration.ofDays(-365));
        follow(AT_TWO);

        assertThat(planned()).isEqualTo("2026-03-10T01:00:00Z");
    }

    @Test
    void what_was_done_does_not_come_again_when_the_clock_is_set_back_behind_it() {
        clock.set(Instant.parse("2026-03-10T01:00:10Z"));
        follow(AT_TWO);

        clock.advance(Duration.ofHours(-1));
        follow(AT_TWO);

        assertThat(planned()).isEqualTo("2026-03-11T01:00:00Z");
    }

    @Test
    void what_is_due_stays_due_when_it_comes_at_other_times_from_now_on() {
        follow(AT_TWO);
        clock.advance(Duration.ofHours(3));

        follow(new Times.Cron("0 5 * * *", ZoneId.of("Europe/Berlin")));

        assertThat(planned()).isEqualTo("2026-03-10T01:00:00Z");
    }

    @Test
    void what_is_not_due_yet_comes_at_the_other_times() {
        follow(AT_TWO);

        follow(new Times.Cron("0 5 * * *", ZoneId.of("Europe/Berlin")));

        assertThat(planned()).isEqualTo("2026-03-10T04:00:00Z");
    }

    private void follow(Times times) {
        var work = new Recurring("backup", times, MissedRuns.CATCH_UP, () -> {
            throw new IllegalStateException("nothing is executed here");
        });
        var recurring = new RecurringWork(new Fixed(name, List.of(work)), runs);
        recurring.follow(client(recurring.task()));
    }

    private static SchedulerClient client(Task<?>... tasks) {
        return SchedulerClient.Builder.create(database.scheduling(), tasks).build();
    }

    private Instant planned() {
        return client().getScheduledExecutionsForTask("recurring/" + name, String.class).stream()
                .map(ScheduledExecution::getExecutionTime)
                .findFirst()
                .orElseThrow();
    }

    private record Fixed(String name, List<Recurring> entries) implements Timetable {}
}
