package io.holdfast.runbook.action;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.problem.Finding;
import java.util.List;

/**
 * Something that a step can use. One object serves all runs at once and holds no state of any of them.
 *
 * <p>Only {@link #execute} may change anything. Whatever throws, out of any of these, is an outcome of the step and never
 * the end of the engine; an {@link InterruptedException} means that the time is up or the run was canceled.
 */
public interface Action {

    ActionDescriptor descriptor();

    /**
     * Looks, without changing anything, whether the things it would touch exist and its rights suffice. For dry runs and
     * for the check of a plan against the live world.
     */
    List<Finding> examine(Call call) throws InterruptedException;

    /** In words, what {@link #execute} would do; for a dry run and for an approval. */
    String intention(Call call);

    /** Whether the effect is already there. Asked before each execution, and again after a crash. */
    default Probe probe(Call call) throws InterruptedException {
        return new Probe.NotDone();
    }

    /** Has the effect. */
    Outcome execute(Call call) throws InterruptedException;

    /** Whether the effect is really there, after {@link #execute} said so. */
    default Verdict verify(Call call, Outputs outputs) throws InterruptedException {
        return new Verdict.Holds();
    }
}
