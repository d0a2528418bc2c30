package io.holdfast.embedded;

import java.util.Locale;

/** How a server is asked to stop, in the words of {@code pg_ctl}. */
public enum Shutdown {
    /** Waits until all sessions have ended by themselves. */
    SMART,
    /** Ends sessions, then writes a shutdown checkpoint: the usual way. */
    FAST,
    /** Stops at once without a checkpoint; the next start recovers as after a crash. */
    IMMEDIATE;

    String mode() {
        return name().toLowerCase(Locale.ROOT);
    }
}
