package io.holdfast.runbook.schedule;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.run.Executions;
import io.holdfast.runbook.run.Runs;
import io.holdfast.runbook.state.StateDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes what is due on a state database, together with other residents on the same one: runs that were submitted or
 * resumed, and those whose engine has shown no life for eight seconds. Works until it is closed.
 */
public final class Resident implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Resident.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AFTER_DEFECT = Duration.ofSeconds(10);

    /** Between two looks at timetables. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Most of them wait: for people, for servers, for time. */
    private static final int RUNS_AT_ONCE = 1024;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("timetables").factory());
    private final Runs runs;
    private final Scheduler scheduler;

    private Resident(StateDatabase database, Runs runs, List<RecurringWork> recurring) {
        this.runs = runs;
        scheduler = Scheduler.create(database.scheduling(), tasks(runs, recurring))
                .schedulerName(new SchedulerName.Fixed(runs.engineName()))
                .executorService(threads)
                .threads(RUNS_AT_ONCE)
                .pollingInterval(POLL)
                .pollUsingLockAndFetch(0.5, 1.0)
                .heartbeatInterval(Executions.HEARTBEAT)
                .missedHeartbeatsLimit(Executions.MISSED)
                .shutdownMaxWait(Duration.ofSeconds(10))
                .build();
    }

    /** Begins to work. It stops the runs with it when it is closed; the database stays open. */
    public static Resident start(StateDatabase database, Runs runs) {
        return start(database, runs, List.of());
    }

    /** The same, and submits what comes again and again when it is due; of several residents one does. */
    public static Resident start(StateDatabase database, Runs runs, List<Timetable> timetables) {
        var recurring =
                timetables.stream().map(table -> new RecurringWork(table, runs)).toList();
        var resident = new Resident(database, runs, recurring);
        resident.scheduler.start();
        recurring.forEach(resident::follow);
        return resident;
    }

    private void follow(RecurringWork work) {
        var told = new AtomicReference<>("");
        var _ = looking.scheduleWithFixedDelay(() -> follow(work, told), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whatever goes wrong, it is looked again a second later; the same trouble is told once. */
    private void follow(RecurringWork work, AtomicReference<String> told) {
        try {
            work.follow(scheduler);
            told.set("");
        } catch (RuntimeException | Error e) {
            if (!looking.isShutdown() && !told.getAndSet(e.toString()).equals(e.toString())) {
                LOG.warn("what comes again cannot be scheduled", e);
            }
        }
    }

    private static List<Task<?>> tasks(Runs runs, List<RecurringWork> recurring) {
        return Stream.concat(Stream.<Task<?>>of(task(runs)), recurring.stream().map(RecurringWork::task))
                .toList();
    }

    /** The engine itself takes the row away, in the transaction in which the run ends or waits for a person. */
    private static CustomTask<Void> task(Runs runs) {
        return Tasks.custom(TaskDescriptor.of(Executions.TASK))
                .onDeadExecutionRevive()
                .onFailureReschedule(FixedDelay.of(AFTER_DEFECT))
                .execute((instance, _) -> {
                    execute(runs, new RunId(instance.getId()));
                    return (_, _) -> {};
                });
    }

    private static void execute(Runs runs, RunId run) {
        try {
            runs.executePicked(run);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
        runs.close();
        scheduler.stop();
        threads.close();
    }
}
