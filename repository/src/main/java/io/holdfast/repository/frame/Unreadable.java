package io.holdfast.repository.frame;

import io.holdfast.repository.store.ObjectKey;

/**
 * An object that does not authenticate under its name: damaged, or put there by somebody without the data key. It says
 * nothing.
 *
 * @param why for people
 */
public record Unreadable(ObjectKey object, String why) {

    /** For people. */
    public String explain() {
        return "'%s' is not used: %s".formatted(object, why);
    }
}
