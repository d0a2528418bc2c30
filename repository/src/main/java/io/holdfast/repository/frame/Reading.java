package io.holdfast.repository.frame;

import java.util.Optional;
import java.util.function.Function;

/**
 * What came of reading an object that somebody without the data key may have put there. Asked for its parts thousands of times by a JVM that has
 * just started, where a switch over types has its code made at run time: hence methods.
 */
public sealed interface Reading<T> {

    Optional<T> content();

    Optional<Unreadable> unreadable();

    /** What comes of looking further at what could be read. */
    <R> Reading<R> then(Function<T, Reading<R>> look);

    record Sound<T>(T value) implements Reading<T> {

        @Override
        public Optional<T> content() {
            return Optional.of(value);
        }

        @Override
        public Optional<Unreadable> unreadable() {
            return Optional.empty();
        }

        @Override
        public <R> Reading<R> then(Function<T, Reading<R>> look) {
            return look.apply(value);
        }
    }

    record Unsound<T>(Unreadable object) implements Reading<T> {

        @Override
        public Optional<T> content() {
            return Optional.empty();
        }

        @Override
        public Optional<Unreadable> unreadable() {
            return Optional.of(object);
        }

        @Override
        public <R> Reading<R> then(Function<T, Reading<R>> look) {
            return new Unsound<>(object);
        }
    }
}
