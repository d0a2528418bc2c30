package io.holdfast.repository.retention;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;

/** A hold that was named is not there. */
public final class HoldException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private HoldException(String message, String hint) {
        super(message, hint);
    }

    static HoldException unknown(int number) {
        return new HoldException(
                "there is no hold %d".formatted(number), "see which there are with 'holdfast hold list'");
    }

    @Override
    public String code() {
        return "hold.unknown";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
