package io.holdfast.runbook.publication;

import java.util.Optional;

/** How a file stands to the plan in force. */
public sealed interface Standing {

    /** It is that plan, or none is in force that asks for signatures before it is changed. */
    record Free() implements Standing {}

    /**
     * Another one is in force, which asks for signatures.
     *
     * @param number of that one
     */
    record NotInForce(int number) implements Standing {}

    /**
     * Whether the newest that follows the others is the one in force cannot be told: others may be newer, and are damaged, taken
     * away, or behind one that is.
     *
     * @param number of that newest; empty if there is none
     * @param why in words
     * @param another whether the file is not that one, which asks for signatures before it is changed
     */
    record Doubtful(Optional<Integer> number, String why, boolean another) implements Standing {

        /** What there is to say of another file. */
        public PublicationException problem() {
            return PublicationException.doubtful(number.orElse(0), why);
        }
    }

    /**
     * Another one is in force, and this version of Holdfast cannot read it.
     *
     * @param agreed whether those have signed it whom the plan before asks, and not only somebody who has the repository key
     */
    record Unreadable(PublishedPlan plan, boolean agreed) implements Standing {

        /** What there is to say of it. */
        public PublicationException problem() {
            return PublicationException.unreadableInForce(plan.number());
        }
    }
}
