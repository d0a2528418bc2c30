package io.holdfast.repository.store;

import java.util.OptionalInt;
import java.util.Set;

/** The numbers of objects that are told apart by eight decimal digits, counted from 1. */
public final class ObjectNumbers {

    private static final int DIGITS = 8;
    /** The highest that a name can have. */
    public static final int LAST = 99_999_999;

    private ObjectNumbers() {}

    public static String text(int number) {
        if (number < 0 || number > LAST) {
            throw new IllegalArgumentException("%d does not fit into a name".formatted(number));
        }
        var digits = Integer.toString(number);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** Empty if it is none: whatever else has such a name does not follow the layout. */
    public static OptionalInt parse(String text) {
        return text.length() == DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }

    /**
     * The next number: what is not genuine can have any, and must not end the numbering.
     *
     * @param newest the highest genuine one, 0 if there is none
     * @param taken by anything
     */
    public static int next(int newest, Set<Integer> taken) {
        int number = newest + 1;
        while (taken.contains(number)) {
            number++;
        }
        return number;
    }
}
