package io.holdfast.runbook.publication;

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
