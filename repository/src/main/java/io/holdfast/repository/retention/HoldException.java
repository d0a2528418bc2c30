package io.holdfast.repository.retention;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.util.Collection;
import java.util.stream.Collectors;

/** A hold that was named is not there, or cannot be. */
public final class HoldException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;

    private HoldException(String code, String message, String hint) {
        super(message, hint);
        this.code = code;
    }

    static HoldException unknown(int number) {
        return new HoldException(
                "hold.unknown",
                "there is no hold %d".formatted(number),
                "see which there are with 'holdfast hold list'");
    }

    static HoldException taken(Collection<Integer> numbers) {
        return new HoldException(
                "hold.number-taken",
                "its number is that of something else there, so it is not held there: hold %s"
                        .formatted(numbers.stream().map(String::valueOf).collect(Collectors.joining(", "))),
                "place it once more, in all places: 'holdfast hold add'; then release this one");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.REFUSED;
    }
}
