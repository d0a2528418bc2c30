package io.holdfast.embedded;

import org.jspecify.annotations.Nullable;

/** Stops a server when the JVM ends in an orderly way. Guarded by its server's monitor. */
final class StopAtExit {

    private final Runnable stop;
    private @Nullable Thread hook;

    StopAtExit(Runnable stop) {
        this.stop = stop;
    }

    void arm() {
        disarm();
        hook = Thread.ofPlatform().name("stop-postgres").unstarted(stop);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void disarm() {
        if (hook == null || Thread.currentThread() == hook) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The JVM is ending and runs the hook already.
            return;
        }
        hook = null;
    }
}
