package io.holdfast.runbook.action;

import java.time.Instant;
import java.time.InstantSource;

/**
 * One use of an action.
 *
 * @param id the same for every attempt of this step in this run, so that a target can tell a repetition: the run, the
 *     step and, in a loop, the item
 * @param inputs all references resolved
 * @param log takes what a person who watches wants to read, line by line; secrets are redacted behind it
 * @param deadline when the attempt is interrupted
 * @param clock what time it is
 */
public record Call(String id, Inputs inputs, StepLog log, Instant deadline, InstantSource clock) {}
