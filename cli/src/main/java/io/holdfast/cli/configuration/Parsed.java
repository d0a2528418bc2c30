package io.holdfast.cli.configuration;

/** What a text turned out to be. */
public sealed interface Parsed<T> {

    record Value<T>(T value) implements Parsed<T> {}

    /**
     * It is none of what it should be.
     *
     * @param reason what it should be
     */
    record Refused<T>(String reason) implements Parsed<T> {}

    static <T> Parsed<T> value(T value) {
        return new Value<>(value);
    }

    static <T> Parsed<T> refused(String reason) {
        return new Refused<>(reason);
    }
}
