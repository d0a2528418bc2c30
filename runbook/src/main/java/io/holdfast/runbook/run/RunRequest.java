package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.Definition;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.OnFailure;
import io.holdfast.runbook.journal.Priority;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is to be run, and how.
 *
 * @param starter who starts it: by the name of the plan's contact, where the plan has one
 * @param objective its recovery-time objective, for the clock
 * @param proof the starter's signature of what {@link io.holdfast.runbook.approval.StarterProof} states; empty: nobody knows
 *     that it is they
 */
public record RunRequest(
        Definition definition,
        String starter,
        Mode mode,
        Priority priority,
        OnFailure onFailure,
        Optional<Duration> objective,
        Optional<UnaryOperator<String>> proof) {

    /** A graceful recovery that waits for a person when a step fails. */
    public static RunRequest recovery(Definition definition, String starter, Optional<Duration> objective) {
        return new RunRequest(
                definition, starter, Mode.GRACEFUL, Priority.RECOVERY, OnFailure.PAUSE, objective, Optional.empty());
    }

    /** Signed by the starter. */
    public RunRequest withProof(UnaryOperator<String> signs) {
        return new RunRequest(definition, starter, mode, priority, onFailure, objective, Optional.of(signs));
    }

    public RunRequest withMode(Mode wanted) {
        return new RunRequest(definition, starter, wanted, priority, onFailure, objective, proof);
    }

    public RunRequest withPriority(Priority wanted) {
        return new RunRequest(definition, starter, mode, wanted, onFailure, objective, proof);
    }

    public RunRequest withOnFailure(OnFailure wanted) {
        return new RunRequest(definition, starter, mode, priority, wanted, objective, proof);
    }
}
