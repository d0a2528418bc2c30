package io.holdfast.cli.configuration;

import java.util.Locale;

/** A choice between two. */
public enum YesNo {
    YES,
    NO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
