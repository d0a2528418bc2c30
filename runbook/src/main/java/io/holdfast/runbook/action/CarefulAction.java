package io.holdfast.runbook.action;

import io.holdfast.problem.Finding;
import io.holdfast.problem.HoldfastException;
import java.util.ArrayList;
import java.util.List;

/**
 * An action whose foreseen trouble is an answer: a {@link HoldfastException} becomes a finding, a failure with its hint, or
 * something unknown, depending on what was asked.
 */
public abstract class CarefulAction implements Action {

    @Override
    public final List<Finding> examine(Call call) throws InterruptedException {
        var findings = new ArrayList<Finding>();
        try {
            look(call, findings);
        } catch (HoldfastException e) {
            throwIfInterrupted();
            findings.add(
                    e.retryable()
                            ? Finding.unknown(e.code(), message(e), e.hint())
                            : Finding.error(e.code(), message(e), e.hint()));
        }
        return List.copyOf(findings);
    }

    @Override
    public final Probe probe(Call call) throws InterruptedException {
        try {
            return ask(call);
        } catch (HoldfastException e) {
            throwIfInterrupted();
            return new Probe.Unknown(message(e));
        }
    }

    @Override
    public final Outcome execute(Call call) throws InterruptedException {
        try {
            return act(call);
        } catch (HoldfastException e) {
            throwIfInterrupted();
            return new Outcome.Failed(message(e), e.hint(), e.retryable());
        }
    }

    @Override
    public final Verdict verify(Call call, Outputs outputs) throws InterruptedException {
        try {
            return hold(call, outputs);
        } catch (HoldfastException e) {
            throwIfInterrupted();
            return new Verdict.Unknown(message(e));
        }
    }

    /** Adds what {@link Action#examine} finds. */
    protected abstract void look(Call call, List<Finding> findings) throws InterruptedException;

    /** As {@link Action#probe}. */
    protected Probe ask(Call call) throws InterruptedException {
        return new Probe.NotDone();
    }

    /** As {@link Action#execute}. */
    protected abstract Outcome act(Call call) throws InterruptedException;

    /** As {@link Action#verify}. */
    protected Verdict hold(Call call, Outputs outputs) throws InterruptedException {
        return new Verdict.Holds();
    }

    /** An interrupt that became a problem of what it interrupted is still one. */
    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static String message(HoldfastException e) {
        return String.valueOf(e.getMessage());
    }
}
