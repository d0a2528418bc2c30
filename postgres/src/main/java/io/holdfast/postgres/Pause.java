package io.holdfast.postgres;

import java.time.Duration;

/** How this process waits. Injected, so that a test decides how time passes. */
@FunctionalInterface
public interface Pause {

    void pause(Duration duration) throws InterruptedException;
}
