package io.holdfast.runbook.action;

import java.time.Duration;

/** How an action lets time pass. Handed in, so that a test decides how time passes. */
@FunctionalInterface
public interface Pause {

    void pause(Duration duration) throws InterruptedException;
}
