package io.holdfast.postgres.replication;

import java.util.regex.Pattern;

/**
 * The name of a replication slot. Source: src/backend/replication/slot.c, ReplicationSlotValidateName.
 *
 * @param text lower-case letters, digits and underscores, at most 63
 */
public record SlotName(String text) {

    private static final Pattern VALID = Pattern.compile("[a-z0-9_]{1,63}");

    public SlotName {
        if (!VALID.matcher(text).matches()) {
            throw new InvalidSlotNameException(text);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
