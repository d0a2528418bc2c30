package io.holdfast.postgres.archive;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What the configuration calls one PostgreSQL instance; never taken from PGDATA, which copies carry along. */
public record MemberName(String text) {

    private static final int LONGEST = 64;

    /** Under which restores store WAL that only a directory held: no instance is called so. */
    public static final MemberName RESTORE = new MemberName("restore");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MemberName {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not the name of a member: '%s'".formatted(text));
        }
    }

    public static boolean isValid(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(MemberName::isAllowed);
    }

    private static boolean isAllowed(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '_'
                || character == '-';
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
