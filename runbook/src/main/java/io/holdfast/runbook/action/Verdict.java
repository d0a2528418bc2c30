package io.holdfast.runbook.action;

/** Whether what an action said it did is so. */
public sealed interface Verdict {

    record Holds() implements Verdict {}

    record Fails(String reason) implements Verdict {}

    record Unknown(String reason) implements Verdict {}
}
