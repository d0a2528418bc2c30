package io.holdfast.runbook.run;

import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.journal.Claim;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Journal;
import io.holdfast.runbook.journal.Phase;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.journal.Writing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

/**
 * The writes that the life of a step consists of, in the name of one claim. Each returns the step as it is afterwards;
 * where a person or another attempt has overtaken the one that writes, an event says so and the step stays as it is.
 */
final class StepJournal {

    private final Journal journal;
    private final Claim claim;
    private final Secrets secrets;

    StepJournal(Journal journal, Claim claim, Secrets secrets) {
        this.journal = journal;
        this.claim = claim;
        this.secrets = secrets;
    }

    /** The step, and what keeps it from beginning. */
    record Beginning(StepRow row, Locks.Answer locks) {}

    /** Begins the next attempt, unless other runs hold what it works on: then it waits for them. */
    Beginning begin(String path, List<String> targets, boolean exclusive, boolean exceptional)
            throws InterruptedException {
        var answer = new AtomicReference<Locks.Answer>(new Locks.Answer.Granted());
        var after = journal.write(claim, path + " begins", path, writing -> {
            var row = writing.step(path).orElseThrow();
            if (row.state().isEnd() || row.state() == StepState.FAILED || row.state() == StepState.OUTCOME_UNKNOWN) {
                return row;
            }
            answer.set(new Locks(writing).acquire(path, targets, exclusive));
            return switch (answer.get()) {
                case Locks.Answer.Granted _ -> begun(writing, exceptional ? row.withException() : row);
                case Locks.Answer.HeldBy holder -> waiting(writing, row, holder.reason());
                case Locks.Answer.Circle(var holder) -> circle(writing, row, holder);
            };
        });
        return new Beginning(after, answer.get());
    }

    private static StepRow begun(Writing writing, StepRow row) {
        var begun = row.begun(StepState.RUNNING, writing.now());
        writing.save(begun);
        writing.event(EventType.STEP_BEGAN, begun, "attempt %d".formatted(begun.attempt()));
        return begun;
    }

    private static StepRow waiting(Writing writing, StepRow row, String why) {
        if (row.state() == StepState.WAITING_FOR_LOCK && row.message().equals(why)) {
            return row;
        }
        var waits = row.becomes(StepState.WAITING_FOR_LOCK, why, "");
        writing.save(waits);
        writing.event(EventType.WAITING, waits, why);
        return waits;
    }

    private static StepRow circle(Writing writing, StepRow row, Locks.Answer.HeldBy holder) {
        var failed = row.becomes(
                StepState.FAILED,
                holder.reason() + ", which waits for this run",
                "let one of the two end, or cancel it, then retry");
        writing.save(failed);
        writing.event(EventType.STEP_FAILED, failed, failed.message());
        return failed;
    }

    StepRow intent(StepRow step, String what) throws InterruptedException {
        return attempt(step, "intent", (writing, row) -> {
            writing.event(EventType.INTENT, row, secrets.redact(what));
            return row.in(Phase.INTENT);
        });
    }

    StepRow outcome(StepRow step, Map<String, String> outputs) throws InterruptedException {
        var clean = redacted(outputs);
        return attempt(step, "succeeded " + clean, (writing, row) -> {
            writing.event(EventType.OUTCOME, row, "succeeded");
            return row.in(Phase.OUTCOME).with(clean);
        });
    }

    StepRow done(StepRow step, String message) throws InterruptedException {
        return ends(step, StepState.DONE, message, false);
    }

    StepRow ends(StepRow step, StepState state, String message, boolean exceptional) throws InterruptedException {
        var clean = secrets.redact(message);
        return attempt(step, state.words() + " " + clean, (writing, row) -> {
            new Locks(writing).release(row.path());
            writing.event(EventType.STEP_ENDED, row, clean.isEmpty() ? state.words() : state.words() + ": " + clean);
            var ended = row.ends(state, clean, writing.now());
            return exceptional ? ended.withException() : ended;
        });
    }

    /** It turned out that its effect is not there: it begins anew. */
    StepRow reopen(StepRow step, String reason) throws InterruptedException {
        var clean = secrets.redact(reason);
        return attempt(step, clean, (writing, row) -> {
            writing.event(EventType.OUTCOME, row, clean);
            return row.reset();
        });
    }

    /** A later attempt may help: it waits for it. */
    StepRow again(StepRow step, Outcome.Failed failed) throws InterruptedException {
        return stops(step, StepState.WAITING_FOR_RETRY, EventType.STEP_FAILED, failed);
    }

    StepRow failed(StepRow step, Outcome.Failed failed) throws InterruptedException {
        return stops(step, StepState.FAILED, EventType.STEP_FAILED, failed);
    }

    StepRow unknown(StepRow step, String reason) throws InterruptedException {
        return stops(
                step,
                StepState.OUTCOME_UNKNOWN,
                EventType.OUTCOME_UNKNOWN,
                new Outcome.Failed(
                        reason, "find out whether it happened: retry executes it again, skip goes on without", false));
    }

    /** What an attempt answered before, when it succeeded and was not verified, stays where there is nothing else. */
    private StepRow stops(StepRow step, StepState state, EventType type, Outcome.Failed why)
            throws InterruptedException {
        var clean = secrets.redact(why.reason());
        var outputs = redacted(why.outputs().values());
        return attempt(step, state.words() + " " + clean, (writing, row) -> {
            new Locks(writing).release(row.path());
            writing.event(type, row, clean);
            var stopped = row.becomes(state, clean, secrets.redact(why.hint()));
            return outputs.isEmpty() ? stopped : stopped.with(outputs);
        });
    }

    /** A write of one attempt: heard only while that is the one that runs. */
    private StepRow attempt(StepRow step, String what, BiFunction<Writing, StepRow, StepRow> change)
            throws InterruptedException {
        var clean = secrets.redact(what);
        return journal.write(claim, step.path() + ": " + clean, step.path(), writing -> {
            var row = writing.step(step.path()).orElseThrow();
            if (row.attempt() != step.attempt() || row.state().isEnd()) {
                writing.event(EventType.SUPERSEDED, step, clean);
                return row;
            }
            var changed = change.apply(writing, row);
            writing.save(changed);
            return changed;
        });
    }

    /** Adds the steps of a loop that were not known before. */
    void add(String loop, List<StepRow> rows) throws InterruptedException {
        journal.write(claim, loop + " unfolds", writing -> {
            var over = writing.step(loop).orElseThrow().state().isEnd();
            writing.add(over ? rows.stream().map(StepJournal::skipped).toList() : rows);
        });
    }

    private static StepRow skipped(StepRow row) {
        return row.becomes(StepState.SKIPPED, "", "");
    }

    void log(StepRow step, String line) {
        journal.log(claim, step.path(), step.attempt(), secrets.redact(line));
    }

    /**
     * Lets the run wait for a person.
     *
     * @return false if a person has changed something meanwhile
     */
    boolean park(long revision) throws InterruptedException {
        var parked = new boolean[1];
        journal.write(claim, "parks", writing -> {
            var run = writing.run();
            if (run.revision() != revision) {
                return;
            }
            var steps = writing.steps();
            var state = run.pauseRequested()
                    ? RunState.PAUSED_BY_OPERATOR
                    : steps.stream().anyMatch(row -> row.state() == StepState.OUTCOME_UNKNOWN)
                            ? RunState.OUTCOME_UNKNOWN
                            : RunState.PAUSED_BY_FAILED_STEP;
            var message = run.pauseRequested() ? run.message() : reason(steps);
            writing.event(EventType.PARKED, state.words() + (message.isEmpty() ? "" : ": " + message));
            writing.state(state, message);
            writing.unschedule();
            parked[0] = true;
        });
        return parked[0];
    }

    static String reason(List<StepRow> steps) {
        return steps.stream()
                .filter(row -> row.state() == StepState.OUTCOME_UNKNOWN || row.state() == StepState.FAILED)
                .findFirst()
                .map(row -> "step '%s': %s".formatted(row.path(), row.message()))
                .orElse("");
    }

    private Map<String, String> redacted(Map<String, String> outputs) {
        var clean = new LinkedHashMap<String, String>();
        outputs.forEach((name, value) -> clean.put(name, secrets.redact(value)));
        return clean;
    }
}
