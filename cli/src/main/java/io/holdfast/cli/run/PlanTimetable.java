package io.holdfast.cli.run;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.Timing;
import io.holdfast.problem.HoldfastException;
import io.holdfast.runbook.schedule.DueWork;
import io.holdfast.runbook.schedule.MissedRuns;
import io.holdfast.runbook.schedule.Times;
import io.holdfast.runbook.schedule.Timetable;
import java.time.LocalTime;
import java.util.List;

/**
 * The recurring work of a plan in one environment, as the file of the plan has it at the moment. While that cannot be used,
 * what is due is what it had before, and fails.
 */
public record PlanTimetable(WatchedPlan plan, String name) implements Timetable {

    /**
     * Those that a resident serves.
     *
     * @param wanted empty: where all recurring work of the plan is, or may come to be; none where that is not known
     * @throws RunStartException if one of them is not in the plan, or none is wanted and the plan has work in several
     */
    public static List<PlanTimetable> of(WatchedPlan plan, List<String> wanted) {
        var now = plan.newest();
        var there = now.environments().stream().map(Environment::name).toList();
        wanted.stream().filter(name -> !there.contains(name)).findFirst().ifPresent(name -> {
            throw RunStartException.noEnvironment(name, there);
        });
        var busy =
                now.recurring().stream().map(Recurring::environment).distinct().toList();
        if (wanted.isEmpty() && busy.size() > 1) {
            throw RunStartException.whichToServe(busy);
        }
        var served = wanted.isEmpty() ? byDefault(busy, there) : wanted;
        if (wanted.isEmpty()) {
            plan.tellOfOthersThan(served);
        }
        return served.stream()
                .distinct()
                .map(name -> new PlanTimetable(plan, name))
                .toList();
    }

    /** Work that is added to the plan later is in its only environment. */
    private static List<String> byDefault(List<String> busy, List<String> there) {
        return busy.isEmpty() && there.size() == 1 ? there : busy;
    }

    @Override
    public List<io.holdfast.runbook.schedule.Recurring> entries() {
        var now = plan.newest();
        return now.recurring().stream()
                .filter(work -> work.environment().equals(name))
                .map(work -> new io.holdfast.runbook.schedule.Recurring(
                        work.id(), times(work.timing()), missed(work.missed()), () -> due(now, work)))
                .toList();
    }

    private static Times times(Timing timing) {
        return switch (timing) {
            case Timing.Daily(var at, var zone) -> new Times.Cron(daily(at), zone);
            case Timing.Every(var interval) -> new Times.Every(interval);
        };
    }

    private static String daily(LocalTime at) {
        return "%d %d * * *".formatted(at.getMinute(), at.getHour());
    }

    private static MissedRuns missed(Recurring.Missed missed) {
        return switch (missed) {
            case CATCH_UP -> MissedRuns.CATCH_UP;
            case SKIP -> MissedRuns.LEAVE_OUT;
        };
    }

    private DueWork due(Plan before, Recurring work) {
        var run = new RecurringRun(plan.file(), work);
        try {
            var allowed = work.task() instanceof Recurring.Task.Run ? plan.toRun() : plan.now();
            return new DueWork.Start(run.request(allowed));
        } catch (HoldfastException e) {
            // A check says itself what is wrong with the file, and all of it.
            return work.task() instanceof Recurring.Task.CheckPlan
                    ? new DueWork.Start(run.request(before))
                    : new DueWork.Refuse(
                            run.refused(before), "%s: %s; %s".formatted(plan.file(), e.getMessage(), e.hint()));
        }
    }
}
