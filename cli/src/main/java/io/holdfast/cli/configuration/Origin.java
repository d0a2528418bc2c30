package io.holdfast.cli.configuration;

/** Who gave a value; the first that did counts. */
public enum Origin {
    FLAG,
    ENVIRONMENT,
    FILE,
    DEFAULT;

    /** Whether this one counts more. */
    public boolean isStrongerThan(Origin other) {
        return compareTo(other) < 0;
    }
}
