package io.holdfast.cli.configuration;

import java.util.Locale;

/** How a backup's first checkpoint is made. */
public enum Checkpoint {
    /** At once: a burst of writes, and the backup begins. */
    FAST,
    /** Spread over {@code checkpoint_completion_target}: no burst, and minutes of waiting. */
    SPREAD;

    /** As it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
