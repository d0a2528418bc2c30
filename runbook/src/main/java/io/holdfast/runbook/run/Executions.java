package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.Transactions;
import io.holdfast.runbook.journal.Writing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;

/**
 * Who executes which run, in the table of db-scheduler and by its rules: whoever has picked a row shows every so often
 * that he is alive, and whoever has not for a while is dead, so that another may have the row. A resident engine leaves
 * this to db-scheduler itself; a process that executes runs of its own only does it here. Thread-safe.
 */
public final class Executions {

    /** How often an engine shows that it is alive. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(2);

    /** How many times in a row it may fail to, before it counts as dead; the least that db-scheduler takes. */
    public static final int MISSED = 4;

    /** The name of its task. */
    public static final String TASK = "run";

    private static final Duration LOOK = Duration.ofMillis(300);

    private static final Duration DEAD = HEARTBEAT.multipliedBy(MISSED);

    private final Transactions transactions;
    private final InstantSource clock;

    Executions(Transactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Whether somebody who shows that he is alive executes the run. */
    boolean alive(Writing writing) {
        return writing.handle()
                        .createQuery("""
                                select count(*) from scheduled_tasks where task_name = 'run' and task_instance = :run
                                and picked and last_heartbeat > :limit""")
                        .bind("run", writing.run().id().value())
                        .bind("limit", clock.instant().minus(DEAD))
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /**
     * Takes the run for this process in the transaction that begins it or lets it go on, so that no resident comes first;
     * false if somebody who is alive executes it.
     */
    boolean reserve(Writing writing, String owner) {
        return take(writing.handle(), writing.run().id(), writing.now(), owner);
    }

    /** Takes a run for this process; false if somebody who is alive executes it. */
    boolean take(RunId run, String owner) {
        return transactions.once(handle -> take(handle, run, clock.instant(), owner));
    }

    private static boolean take(Handle handle, RunId run, Instant now, String owner) {
        return handle.createUpdate("""
                                insert into scheduled_tasks as task (task_name, task_instance, execution_time, picked,
                                picked_by, last_heartbeat, version) values ('run', :run, :now, true, :owner, :now, 1)
                                on conflict (task_name, task_instance) do update set picked = true,
                                picked_by = :owner, last_heartbeat = :now, version = task.version + 1
                                where not task.picked or task.picked_by = :owner or task.last_heartbeat is null or task.last_heartbeat < :dead""")
                        .bind("run", run.value())
                        .bind("owner", owner)
                        .bind("now", now)
                        .bind("dead", now.minus(DEAD))
                        .execute()
                == 1;
    }

    /** The same, but waits for whoever has the run to show once more that he is alive; he is dead if he does not. */
    boolean takeOver(RunId run, String owner) throws InterruptedException {
        var before = Optional.<Instant>empty();
        while (!take(run, owner)) {
            var beat = lastBeat(run);
            if (before.isPresent() && !before.equals(beat)) {
                return false;
            }
            before = beat;
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    private Optional<Instant> lastBeat(RunId run) {
        return transactions.once(handle -> handle.createQuery("""
                        select last_heartbeat from scheduled_tasks where task_name = 'run' and task_instance = :run""")
                .bind("run", run.value())
                .mapTo(Instant.class)
                .findOne());
    }

    /** Shows that this process is alive; returns the runs that are still its own. */
    Set<RunId> beat(Collection<RunId> runs, String owner) {
        if (runs.isEmpty()) {
            return Set.of();
        }
        return transactions.once(handle -> new HashSet<>(handle.createQuery("""
                        update scheduled_tasks set last_heartbeat = :now where task_name = 'run'
                        and task_instance in (<runs>) and picked and picked_by = :owner returning task_instance""")
                .bind("now", clock.instant())
                .bindList("runs", runs.stream().map(RunId::value).toList())
                .bind("owner", owner)
                .map((row, _) -> new RunId(row.getString(1)))
                .list()));
    }

    /** Leaves a run to whoever wants it next. */
    void release(RunId run, String owner) {
        transactions.once(handle -> handle.createUpdate("""
                        update scheduled_tasks set picked = false, picked_by = null, last_heartbeat = null,
                        execution_time = :now, version = version + 1
                        where task_name = 'run' and task_instance = :run and picked_by = :owner""")
                .bind("now", clock.instant())
                .bind("run", run.value())
                .bind("owner", owner)
                .execute());
    }
}
