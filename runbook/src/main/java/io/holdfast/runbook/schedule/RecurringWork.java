package io.holdfast.runbook.schedule;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
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
import java.util.ArrayList;
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

    /** Before it is looked again whether another work of the same procedure has ended. */
    private static final Duration IN_THE_WAY = Duration.ofSeconds(2);

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
        var now = runs.now();
        if (entry.missed() == MissedRuns.LEAVE_OUT && now.isAfter(time.plus(IN_TIME))) {
            LOG.info("leaving out what was due while nobody worked recurring={} due={}", where(entry), time);
        } else if (mustWait(entry, time)) {
            return reschedule(now.plus(IN_THE_WAY), entry);
        }
        // A clock that was set back since it was due does not let it come a second time.
        return reschedule(entry.times().next(now.isAfter(time) ? now : time), entry);
    }

    private static CompletionHandler<String> reschedule(Instant next, Recurring entry) {
        return (complete, operations) ->
                operations.reschedule(complete, next, entry.times().toString());
    }

    private Optional<Recurring> find(String name) {
        return table.entries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst();
    }

    /**
     * Submits what is due. One that still runs from last time is enough; another work that runs the same procedure for
     * something else is in the way, and this one comes behind it.
     */
    private boolean mustWait(Recurring entry, Instant time) {
        return switch (entry.work().get()) {
            case DueWork.Start(var request) -> mustWait(entry, time, recurring(request));
            case DueWork.Refuse(var request, var reason) -> {
                refuse(entry, recurring(request), reason);
                yield false;
            }
        };
    }

    private boolean mustWait(Recurring entry, Instant time, RunRequest request) {
        try {
            LOG.info("submitted run={} recurring={}", runs.submit(request), where(entry));
            return false;
        } catch (RunRefusedException e) {
            var waits = e.other()
                    .filter(other -> !runs.isToldTheSame(other, request))
                    .isPresent();
            if (!waits) {
                LOG.warn("cannot run what is due recurring={}: {}", where(entry), e.getMessage());
            } else if (entry.times().next(time.minusMillis(1)).equals(time)) {
                LOG.info(
                        "comes behind another that was told something else recurring={}: {}",
                        where(entry),
                        e.getMessage());
            }
            return waits;
        }
    }

    private void refuse(Recurring entry, RunRequest request, String reason) {
        try {
            LOG.error(
                    "what is due cannot be run run={} recurring={}: {}",
                    runs.refuse(request, reason),
                    where(entry),
                    reason);
        } catch (RunRefusedException e) {
            LOG.error("what is due cannot be run recurring={}: {}; {}", where(entry), reason, e.getMessage());
        }
    }

    private static RunRequest recurring(RunRequest request) {
        return request.withPriority(Priority.RECURRING).withOnFailure(OnFailure.FAIL);
    }

    private String where(Recurring entry) {
        return table.name() + "/" + entry.name();
    }

    /**
     * Schedules what is new or comes at other times now, and takes away what is no longer in the table. One that cannot be
     * scheduled keeps no other from it.
     *
     * @throws RuntimeException the first trouble there was
     */
    void follow(SchedulerClient client) {
        var rows = client.getScheduledExecutionsForTask(descriptor.getTaskName(), String.class).stream()
                .collect(Collectors.toMap(row -> row.getTaskInstance().getId(), Function.identity()));
        var troubles = new ArrayList<RuntimeException>();
        for (var entry : table.entries()) {
            var row = rows.remove(entry.name());
            try {
                if (row == null) {
                    add(client, entry);
                } else {
                    keep(client, entry, row);
                }
            } catch (RuntimeException e) {
                troubles.add(e);
            }
        }
        rows.values().stream().filter(row -> !row.isPicked()).forEach(row -> {
            change(() -> client.cancel(row.getTaskInstance()));
            LOG.warn(
                    "does not come any more recurring={}/{}",
                    table.name(),
                    row.getTaskInstance().getId());
        });
        if (!troubles.isEmpty()) {
            throw troubles.getFirst();
        }
    }

    /** What is due already is done first, whatever its times are by now. */
    private void keep(SchedulerClient client, Recurring entry, ScheduledExecution<String> row) {
        if (row.isPicked() || !row.getExecutionTime().isAfter(runs.now())) {
            return;
        }
        var times = entry.times().toString();
        if (!times.equals(row.getData())) {
            change(() -> client.reschedule(row.getTaskInstance(), next(entry), times));
            LOG.info("comes at other times recurring={} next={}", where(entry), next(entry));
        } else if (isPlannedByAnotherClock(entry, row.getExecutionTime())) {
            change(() -> client.reschedule(row.getTaskInstance(), next(entry), times));
            LOG.warn(
                    "the clock was ahead when this was planned recurring={} planned={} next={}",
                    where(entry),
                    row.getExecutionTime(),
                    next(entry));
        }
    }

    /** Later than the time after the next: a clock that was set back by less than that does not let it come twice. */
    private boolean isPlannedByAnotherClock(Recurring entry, Instant planned) {
        return planned.isAfter(entry.times().next(next(entry)).plus(IN_TIME));
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
