package io.holdfast.runbook.schedule;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.holdfast.runbook.journal.OnFailure;
import io.holdfast.runbook.journal.Priority;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.run.RunRequest;
import io.holdfast.runbook.run.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is scheduled as a timetable has it, and submits what is due. Each entry is one row that holds when it comes next
 * and, to see that it was changed, by which times. Thread-safe.
 */
final class RecurringWork {

    private static final Logger LOG = LoggerFactory.getLogger(RecurringWork.class);

    private static final Duration AFTER_DEFECT = Duration.ofSeconds(10);

    /** Later than this after its time, work was missed. */
    private static final Duration IN_TIME = Duration.ofMinutes(1);

    private final Timetable table;
    private final Runs runs;

    /** One for each timetable: a resident leaves the rows of tasks that it does not know to others. */
    private final TaskDescriptor<String> descriptor;

    RecurringWork(Timetable table, Runs runs) {
        this.table = table;
        this.runs = runs;
        this.descriptor = TaskDescriptor.of("recurring/" + table.name(), String.class);
    }

    CustomTask<String> task() {
        return Tasks.custom(descriptor)
                .onDeadExecutionRevive()
                .onFailureReschedule(FixedDelay.of(AFTER_DEFECT))
                .execute((instance, context) ->
                        due(instance.getId(), context.getExecution().getExecutionTime()));
    }

    private CompletionHandler<String> due(String name, Instant time) {
        var found = find(name);
        if (found.isEmpty()) {
            return new CompletionHandler.OnCompleteRemove<>();
        }
        var entry = found.get();
        if (entry.missed() == MissedRuns.LEAVE_OUT && runs.now().isAfter(time.plus(IN_TIME))) {
            LOG.info("leaving out what was due while nobody worked recurring={} due={}", where(entry), time);
        } else {
            submit(entry);
        }
        var next = entry.times().next(runs.now());
        return (complete, operations) ->
                operations.reschedule(complete, next, entry.times().toString());
    }

    private Optional<Recurring> find(String name) {
        return table.entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst();
    }

    /** One that still runs from last time is enough. */
    private void submit(Recurring entry) {
        try {
            switch (entry.work().get()) {
                case DueWork.Start(var request) ->
                    LOG.info("submitted run={} recurring={}", runs.submit(recurring(request)), where(entry));
                case DueWork.Refuse(var request, var reason) ->
                    LOG.error(
                            "what is due cannot be run run={} recurring={}: {}",
                            runs.refuse(recurring(request), reason),
                            where(entry),
                            reason);
            }
        } catch (RunRefusedException e) {
            LOG.warn("cannot run what is due recurring={}: {}", where(entry), e.getMessage());
        }
    }

    private static RunRequest recurring(RunRequest request) {
        return request.withPriority(Priority.RECURRING).withOnFailure(OnFailure.FAIL);
    }

    private String where(Recurring entry) {
        return table.name() + "/" + entry.name();
    }

    /** Schedules what is new or comes at other times now, and takes away what is no longer in the table. */
    void follow(SchedulerClient client) {
        var rows = client.getScheduledExecutionsForTask(descriptor.getTaskName(), String.class).stream()
                .collect(Collectors.toMap(row -> row.getTaskInstance().getId(), Function.identity()));
        for (var entry : table.entries()) {
            var row = rows.remove(entry.name());
            var times = entry.times().toString();
            if (row == null) {
                add(client, entry);
            } else if (!row.isPicked() && !times.equals(row.getData())) {
                change(() -> client.reschedule(row.getTaskInstance(), next(entry), times));
                LOG.info("comes at other times recurring={} next={}", where(entry), next(entry));
            }
        }
        rows.values().stream().filter(row -> !row.isPicked()).forEach(row -> {
            change(() -> client.cancel(row.getTaskInstance()));
            LOG.info(
                    "does not come any more recurring={}/{}",
                    table.name(),
                    row.getTaskInstance().getId());
        });
    }

    private void add(SchedulerClient client, Recurring entry) {
        var next = next(entry);
        var row = descriptor.instance(entry.name()).data(entry.times().toString());
        if (client.scheduleIfNotExists(row.scheduledTo(next))) {
            LOG.info("scheduled recurring={} next={}", where(entry), next);
        }
    }

    private Instant next(Recurring entry) {
        return entry.times().next(runs.now());
    }

    /** One that has become due just now, or that another resident has changed, is looked at again a second later. */
    private static void change(Runnable change) {
        try {
            change.run();
        } catch (TaskInstanceException e) {
            LOG.debug("not changed now", e);
        }
    }
}
