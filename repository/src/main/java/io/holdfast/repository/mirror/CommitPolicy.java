package io.holdfast.repository.mirror;

import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Pattern;

/** In which of several stores something has to be before it counts as stored. */
public sealed interface CommitPolicy {

    /** How one is written. */
    String SYNTAX = "(all|primary|any [1-9])";

    /** In each of them: nothing is stored while one does not answer. */
    record All() implements CommitPolicy {
        @Override
        public String toString() {
            return "all";
        }
    }

    /** In the first; the others follow. */
    record Primary() implements CommitPolicy {
        @Override
        public String toString() {
            return "primary";
        }
    }

    /** In so many, whichever these are. */
    record Any(int stores) implements CommitPolicy {
        public Any {
            if (stores < 1) {
                throw new IllegalArgumentException("what is in no store is not stored");
            }
        }

        @Override
        public String toString() {
            return "any " + stores;
        }
    }

    /** Reads {@code all}, {@code primary} or {@code any N}. */
    static Optional<CommitPolicy> of(String text) {
        return switch (text) {
            case "all" -> Optional.of(new All());
            case "primary" -> Optional.of(new Primary());
            default ->
                Pattern.matches(SYNTAX, text)
                        ? Optional.of(new Any(text.charAt(text.length() - 1) - '0'))
                        : Optional.empty();
        };
    }

    /**
     * Whether it is satisfied.
     *
     * @param in the numbers of the stores that have it, from 0 on
     * @param stores how many there are
     */
    default boolean isMet(BitSet in, int stores) {
        return switch (this) {
            case All _ -> in.cardinality() == stores;
            case Primary _ -> in.get(0);
            case Any(int least) -> in.cardinality() >= Math.min(least, stores);
        };
    }
}
