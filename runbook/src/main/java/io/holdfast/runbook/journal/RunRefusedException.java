package io.holdfast.runbook.journal;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was asked of a run cannot be done as it is. */
public final class RunRefusedException extends HoldfastException {

    private static final long serialVersionUID = 1;

    /** Its id. */
    private final @Nullable String other;

    public RunRefusedException(String message, String hint) {
        super(message, hint);
        other = null;
    }

    /** @param other the run of the same procedure in the same environment that has not ended */
    RunRefusedException(String message, String hint, RunId other) {
        super(message, hint);
        this.other = other.value();
    }

    /** The run that is in the way of a new one, where there is one. */
    public Optional<RunId> other() {
        return Optional.ofNullable(other).map(RunId::new);
    }

    @Override
    public String code() {
        return "run.refused";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
