package io.holdfast.repository.frame;

import java.util.Optional;

/** What came of reading an object that somebody without the data key may have put there. */
public sealed interface Reading<T> {

    record Sound<T>(T value) implements Reading<T> {}

    record Unsound<T>(Unreadable object) implements Reading<T> {}

    default Optional<T> content() {
        return switch (this) {
            case Sound<T>(var value) -> Optional.of(value);
            case Unsound<T> _ -> Optional.empty();
        };
    }

    default Optional<Unreadable> unreadable() {
        return switch (this) {
            case Sound<T> _ -> Optional.empty();
            case Unsound<T>(var object) -> Optional.of(object);
        };
    }
}
