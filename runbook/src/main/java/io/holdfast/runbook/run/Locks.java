package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.Priority;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.Writing;
import java.time.Duration;
import java.util.List;

/**
 * Who works on which target, within the environment of a run. A step that only reads holds its targets shared while it
 * runs; one that changes them holds them exclusively, and its run keeps them to its end: what it began to change is
 * nobody else's to touch before it is through. A run that ends while an action is under way keeps what it holds until the action has
 * ended. Two transactions that ask for the same target do so one after the other,
 * by an advisory lock per target, taken in the order of the names; and two that would have to wait do so by one for the
 * environment, taken last, so that of a circle only the one that closes it sees it.
 */
final class Locks {

    /** Whether a step has what it needs. */
    sealed interface Answer {

        record Granted() implements Answer {}

        record HeldBy(String target, RunId run, Priority priority) implements Answer {

            String reason() {
                return "target '%s' is held by run %s".formatted(target, run);
            }
        }

        /** The run that holds it waits, directly or through others, for this one. */
        record Circle(HeldBy holder) implements Answer {}
    }

    /** An action is interrupted at the next look at the record, and has five seconds to end. */
    private static final Duration LINGERS = Duration.ofSeconds(7);

    private final Writing writing;

    Locks(Writing writing) {
        this.writing = writing;
    }

    /** Takes all or none. */
    Answer acquire(String step, List<String> targets, boolean exclusive) {
        targets.forEach(target -> oneAfterTheOther("/" + target));
        if (!targets.isEmpty()) {
            release(step);
        }
        for (var target : targets) {
            var holders = holders(target, exclusive);
            if (!holders.isEmpty()) {
                var holder = holders.getFirst();
                oneAfterTheOther("");
                if (waitsForUs(holder.run())) {
                    return new Answer.Circle(holder);
                }
                record(step, target, false);
                return holder;
            }
        }
        targets.forEach(target -> record(exclusive ? "" : step, target, true));
        return new Answer.Granted();
    }

    /** What the step held shared, or waited for. */
    void release(String step) {
        writing.handle()
                .createUpdate("delete from target_lock where run = :run and step = :step")
                .bind("run", run())
                .bind("step", step)
                .execute();
    }

    /** Before the run ends: what it holds is free in a while, or when the engine says so that executes it. */
    void linger() {
        var handle = writing.handle();
        handle.execute("delete from target_lock where lingers_until < now()");
        handle.execute("delete from target_lock where run = ? and not granted", run());
        handle.createUpdate(
                        "update target_lock set lingers_until = now() + make_interval(secs => :seconds) where run = :run")
                .bind("seconds", LINGERS.toSeconds())
                .bind("run", run())
                .execute();
    }

    /** Nothing of the run is under way any more. */
    void releaseLingering() {
        writing.handle().execute("delete from target_lock where run = ? and lingers_until is not null", run());
    }

    private String run() {
        return writing.run().id().value();
    }

    private void oneAfterTheOther(String what) {
        writing.handle()
                .createQuery("select 1 from pg_advisory_xact_lock(hashtextextended(:name, 6))")
                .bind("name", writing.run().environment() + what)
                .mapTo(Integer.class)
                .one();
    }

    private List<Answer.HeldBy> holders(String target, boolean exclusive) {
        return writing.handle()
                .createQuery("""
                        select run.id, run.priority from target_lock join run on run.id = target_lock.run
                        where target_lock.environment = :environment and target = :target and granted
                        and run.id <> :run and (:exclusive or step = '')
                        and (lingers_until is null or lingers_until > now()) order by run.created""")
                .bind("environment", writing.run().environment())
                .bind("target", target)
                .bind("run", run())
                .bind("exclusive", exclusive)
                .map((row, _) -> new Answer.HeldBy(
                        target, new RunId(row.getString("id")), Priority.valueOf(row.getString("priority"))))
                .list();
    }

    private boolean waitsForUs(RunId holder) {
        return writing.handle()
                        .createQuery("""
                                with recursive waits as (
                                    select waiting.run as waiter, held.run as holder
                                    from target_lock waiting join target_lock held
                                    on held.environment = waiting.environment and held.target = waiting.target
                                    and held.granted and held.run <> waiting.run where not waiting.granted),
                                reached as (
                                    select holder from waits where waiter = :holder
                                    union select waits.holder from waits join reached on waits.waiter = reached.holder)
                                select count(*) from reached where holder = :run""")
                        .bind("holder", holder.value())
                        .bind("run", run())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private void record(String step, String target, boolean granted) {
        writing.handle()
                .createUpdate("""
                        insert into target_lock (environment, target, run, step, granted, since)
                        values (:environment, :target, :run, :step, :granted, :since) on conflict do nothing""")
                .bind("environment", writing.run().environment())
                .bind("target", target)
                .bind("run", run())
                .bind("step", step)
                .bind("granted", granted)
                .bind("since", writing.now())
                .execute();
    }
}
