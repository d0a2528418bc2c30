package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.Claim;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Journal;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.journal.Writing;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a person can do to a run. Each is one transaction that changes the record itself, so that it works whatever the
 * engine that executes the run is doing, and where there is none: an engine follows the record.
 */
final class Controls {

    private final Journal journal;
    private final Executions executions;

    Controls(Journal journal, Executions executions) {
        this.journal = journal;
        this.executions = executions;
    }

    /** No further step begins; what runs ends first. */
    void pause(RunId id, String who, String reason) {
        control(id, who, writing -> {
            writing.event(EventType.CONTROL, "pause" + because(reason));
            writing.pauseRequested(true);
            writing.state(writing.run().state(), reason);
            if (!executions.alive(writing)) {
                writing.supersede();
                writing.unschedule();
                writing.state(RunState.PAUSED_BY_OPERATOR, reason);
            }
        });
    }

    /**
     * A paused run goes on; one with an unknown outcome asks the probe again.
     *
     * @param next who is to execute it
     */
    void resume(RunId id, String who, Consumer<Writing> next) {
        control(id, who, writing -> {
            if (writing.run().state() == RunState.PAUSED_BY_FAILED_STEP
                    && writing.steps().stream().anyMatch(row -> row.state() == StepState.FAILED)) {
                throw new RunRefusedException(
                        "run %s is paused by a failed step: %s"
                                .formatted(id, writing.run().message()),
                        "retry or skip that step, or cancel the run");
            }
            writing.event(EventType.CONTROL, "resume");
            writing.pauseRequested(false);
            goOn(writing, next);
        });
    }

    /** A step that failed, or whose outcome is unknown, is begun anew. */
    void retry(RunId id, String path, String who) {
        control(id, who, writing -> retry(writing, path, Controls::whoeverCan));
    }

    /** The same, and a pause that somebody asked for ends with it. */
    void resumeRetrying(RunId id, String path, String who, Consumer<Writing> next) {
        control(id, who, writing -> {
            retry(writing, path, next);
            writing.pauseRequested(false);
        });
    }

    private static void retry(Writing writing, String path, Consumer<Writing> next) {
        var row = step(writing, path);
        switch (row.state()) {
            case FAILED, OUTCOME_UNKNOWN, WAITING_FOR_RETRY -> {
                writing.save(row.reset());
                writing.event(EventType.CONTROL, row, "retry");
                goOn(writing, next);
            }
            case PENDING, WAITING_FOR_LOCK, RUNNING, WAITING_FOR_APPROVAL, DONE, NOT_TAKEN, SKIPPED, CANCELED ->
                throw new RunRefusedException(
                        "step '%s' is %s".formatted(path, row.state().words()),
                        "only one that failed can be retried; 'retry --from' begins again from a step");
        }
    }

    /** A step and all behind it are begun anew. */
    void retryFrom(RunId id, String path, String who) {
        control(id, who, writing -> {
            if (executions.alive(writing) && !writing.run().state().isPaused()) {
                throw new RunRefusedException(
                        "run %s is %s".formatted(id, writing.run().state().words()), "pause it first");
            }
            var from = step(writing, path);
            for (var row : writing.steps()) {
                if (row.position().compareTo(from.position()) >= 0) {
                    writing.save(row.inFlight() ? lost(row) : row.reset());
                } else if (from.position().startsWith(row.position() + ".")) {
                    writing.save(row.becomes(StepState.RUNNING, "", ""));
                }
            }
            writing.event(EventType.CONTROL, from, "retry from here");
            goOn(writing, Controls::whoeverCan);
        });
    }

    private static StepRow lost(StepRow row) {
        return row.becomes(StepState.OUTCOME_UNKNOWN, "it was under way when the run went back", "retry or skip it");
    }

    /** The run goes on without the step, and all within it, and ends with exceptions. */
    void skip(RunId id, String path, String who, String reason) {
        if (reason.isBlank()) {
            throw new RunRefusedException("step '%s' is not skipped without a reason".formatted(path), "give one");
        }
        control(id, who, writing -> {
            var skipped = step(writing, path);
            requireSkippable(writing, skipped);
            for (var row : writing.steps()) {
                if (within(row, skipped) && !row.state().isEnd()) {
                    new Locks(writing).release(row.path());
                    writing.save(
                            row.ends(StepState.SKIPPED, reason, writing.now()).withException());
                }
            }
            writing.event(EventType.CONTROL, skipped, "skip: " + reason);
            goOn(writing, Controls::whoeverCan);
        });
    }

    private static void requireSkippable(Writing writing, StepRow skipped) {
        if (skipped.state().isEnd()) {
            throw new RunRefusedException(
                    "step '%s' is %s".formatted(skipped.path(), skipped.state().words()),
                    "skip one that has not ended");
        }
        if (writing.steps().stream()
                .anyMatch(row -> within(row, skipped) && !row.state().isEnd() && asks(writing, row))) {
            throw new RunRefusedException(
                    "step '%s' %s an approval, which nobody can skip"
                            .formatted(skipped.path(), skipped.kind().equals("approval") ? "is" : "holds"),
                    "skip what is beside it; an approval is given, declined, or canceled with its run");
        }
    }

    /** Whether it is an approval, or a loop with approvals whose turns are not recorded yet. */
    private static boolean asks(Writing writing, StepRow row) {
        return switch (row.kind()) {
            case "approval" -> true;
            case "for-each" ->
                writing.steps().stream().noneMatch(other -> within(other, row) && !other.equals(row))
                        && new Outline(writing.definition()).asks(row.path());
            default -> false;
        };
    }

    private static boolean within(StepRow row, StepRow group) {
        return row.path().equals(group.path()) || row.position().startsWith(group.position() + ".");
    }

    /** The run ends here; an action that is under way is interrupted. */
    void cancel(RunId id, String who, String reason) {
        control(id, who, writing -> cancel(writing, reason));
    }

    private void cancel(Writing writing, String reason) {
        writing.event(EventType.CONTROL, "cancel" + because(reason));
        if (executions.alive(writing) && writing.steps().stream().anyMatch(StepRow::inFlight)) {
            new Locks(writing).linger();
        }
        writing.supersede();
        end(writing, RunState.CANCELED, reason);
    }

    /** The engine that executed a run until it was canceled has nothing of it under way any more. */
    void ended(Claim claim) {
        journal.control(claim.run(), "", writing -> {
            if (writing.run().state().isEnd() && writing.run().epoch() == claim.epoch() + 1) {
                new Locks(writing).releaseLingering();
            }
            return claim;
        });
    }

    /** Recurring work ends for a recovery, however long the record takes; it may have ended by itself meanwhile. */
    void giveWay(RunId id, RunId recovery) throws InterruptedException {
        journal.awaitControl(id, "run " + recovery, writing -> {
            if (!writing.run().state().isEnd()) {
                cancel(writing, "gives way to a recovery");
            }
            return id;
        });
    }

    /** The end of a run that is not through: what has not ended was canceled. */
    static void end(Writing writing, RunState state, String message) {
        for (var row : writing.steps()) {
            if (!row.state().isEnd()) {
                writing.save(row.ends(StepState.CANCELED, lastWord(row), writing.now()));
            }
        }
        writing.finish(state, message);
    }

    /** What a person must know of a step that does not go on. */
    private static String lastWord(StepRow row) {
        return switch (row.state()) {
            case RUNNING -> row.inFlight() ? "it was under way; what it did is not known" : "";
            case OUTCOME_UNKNOWN -> "what it did is not known: " + row.message();
            case FAILED, WAITING_FOR_RETRY -> row.message();
            case PENDING, WAITING_FOR_LOCK, WAITING_FOR_APPROVAL, DONE, NOT_TAKEN, SKIPPED, CANCELED -> "";
        };
    }

    /** Steps that begin from now on are those of the other mode. */
    void mode(RunId id, Mode mode, String who) {
        control(id, who, writing -> {
            writing.event(EventType.CONTROL, mode == Mode.UNGRACEFUL ? "ungraceful" : "graceful");
            writing.mode(mode);
        });
    }

    private void control(RunId id, String who, Consumer<Writing> body) {
        journal.control(id, who, writing -> {
            if (writing.run().state().isEnd()) {
                throw new RunRefusedException(
                        "run %s is %s".formatted(id, writing.run().state().words()), "start a new one");
            }
            body.accept(writing);
            writing.touch();
            return id;
        });
    }

    /** Somebody executes the run again, if nobody does; people who were asked still are. */
    private static void goOn(Writing writing, Consumer<Writing> next) {
        var state = writing.run().state();
        if (state.isPaused() || state == RunState.WAITING_FOR_APPROVAL) {
            writing.steps().stream()
                    .filter(row -> row.state() == StepState.WAITING_FOR_APPROVAL)
                    .findFirst()
                    .ifPresentOrElse(
                            row -> writing.state(RunState.WAITING_FOR_APPROVAL, "step '%s'".formatted(row.path())),
                            () -> writing.state(RunState.PENDING, ""));
        }
        next.accept(writing);
    }

    /** The next resident that looks, or whoever executes the run already. */
    static void whoeverCan(Writing writing) {
        writing.schedule(Duration.ZERO);
    }

    private static StepRow step(Writing writing, String path) {
        return writing.step(path)
                .orElseThrow(() -> new RunRefusedException(
                        "run %s has no step '%s'".formatted(writing.run().id(), path),
                        "see its steps with: holdfast runs show"));
    }

    private static String because(String reason) {
        return reason.isBlank() ? "" : ": " + reason;
    }
}
