package io.holdfast.runbook.schedule;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.holdfast.runbook.journal.OnFailure;
import io.holdfast.runbook.journal.Priority;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.run.Executions;
import io.holdfast.runbook.run.Runs;
import io.holdfast.runbook.state.StateDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

    /** Later than this after its time, work was missed. */
    private static final Duration IN_TIME = Duration.ofMinutes(1);

    /** Most of them wait: for people, for servers, for time. */
    private static final int RUNS_AT_ONCE = 1024;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Runs runs;
    private final Scheduler scheduler;

    private Resident(StateDatabase database, Runs runs, List<Recurring> recurring) {
        this.runs = runs;
        scheduler = Scheduler.create(database.scheduling(), task(runs))
                .startTasks(recurring.stream().map(work -> task(runs, work)).toList())
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
    public static Resident start(StateDatabase database, Runs runs, List<Recurring> recurring) {
        var resident = new Resident(database, runs, recurring);
        resident.scheduler.start();
        return resident;
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

    private static RecurringTask<Void> task(Runs runs, Recurring work) {
        return Tasks.recurring("recurring/" + work.name(), work.schedule())
                .onDeadExecutionRevive()
                .execute((_, context) -> {
                    var due = context.getExecution().getExecutionTime();
                    if (work.missed() == MissedRuns.LEAVE_OUT && runs.now().isAfter(due.plus(IN_TIME))) {
                        LOG.info("leaving out what was due while nobody worked recurring={} due={}", work.name(), due);
                    } else {
                        submit(runs, work);
                    }
                });
    }

    /** One that still runs from last time is enough. */
    private static void submit(Runs runs, Recurring work) {
        try {
            var request = work.work().get().withPriority(Priority.RECURRING).withOnFailure(OnFailure.FAIL);
            LOG.info("submitted run={} recurring={}", runs.submit(request), work.name());
        } catch (RunRefusedException e) {
            LOG.warn("cannot run what is due recurring={}: {}", work.name(), e.getMessage());
        }
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
        runs.close();
        scheduler.stop();
        threads.close();
    }
}
