package io.holdfast.plan.procedure;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One step of a procedure.
 *
 * @param id unique in its procedure; later steps refer to its outputs by it
 * @param title what a person reads
 * @param when the step is left out, which is no exception, where this does not hold
 * @param gates actions that only read, all of which must hold before the step begins
 * @param verifications actions that only read, all of which must hold before the step counts as done
 * @param timeout of one attempt
 * @param on the member where it runs; empty: where the run is
 */
public record Step(
        String id,
        String title,
        Work work,
        Optional<Condition> when,
        List<ActionCall> gates,
        List<ActionCall> verifications,
        Optional<Duration> timeout,
        Retry retry,
        Ungraceful ungraceful,
        Optional<Template> on) {

    public Step {
        gates = List.copyOf(gates);
        verifications = List.copyOf(verifications);
    }

    /** A step without conditions that does one action. */
    public static Step act(String id, String title, ActionCall action) {
        return of(id, title, new Work.Act(action));
    }

    /** A step without conditions. */
    public static Step of(String id, String title, Work work) {
        return new Step(
                id,
                title,
                work,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Retry.NONE,
                new Ungraceful.Same(),
                Optional.empty());
    }

    /** Whether people are asked in it or in a step within it; a nested procedure may ask, too. */
    public boolean asks() {
        return work instanceof Work.Approval || work.inner().stream().anyMatch(Step::asks);
    }

    /** The same step, doing something else. */
    public Step withWork(Work other) {
        return new Step(id, title, other, when, gates, verifications, timeout, retry, ungraceful, on);
    }
}
