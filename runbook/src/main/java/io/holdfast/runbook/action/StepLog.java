package io.holdfast.runbook.action;

/** What a step says while it works. */
@FunctionalInterface
public interface StepLog {

    void line(String text);
}
