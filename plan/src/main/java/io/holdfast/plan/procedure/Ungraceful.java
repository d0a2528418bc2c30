package io.holdfast.plan.procedure;

/** What becomes of a step in an ungraceful run: one in which the failed side is not expected to answer. */
public sealed interface Ungraceful {

    /** It is done as in a graceful run. */
    record Same() implements Ungraceful {}

    /** It is left out, and the run ends with exceptions. */
    record Skip() implements Ungraceful {}

    /** Another action takes its place. */
    record Instead(ActionCall action) implements Ungraceful {}
}
