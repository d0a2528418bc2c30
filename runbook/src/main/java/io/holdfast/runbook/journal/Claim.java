package io.holdfast.runbook.journal;

/** The right to execute a run, until somebody else claims it. */
public record Claim(RunId run, long epoch, String engine) {}
