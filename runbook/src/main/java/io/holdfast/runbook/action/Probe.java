package io.holdfast.runbook.action;

/** Whether the effect of an action is there. */
public sealed interface Probe {

    record Done(Outputs outputs) implements Probe {}

    record NotDone() implements Probe {}

    record Unknown(String reason) implements Probe {}
}
