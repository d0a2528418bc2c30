package io.holdfast.postgres.archive;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** What the configuration calls one PostgreSQL instance; never taken from PGDATA, which copies carry along. */
public record MemberName(String text) {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Under which restores store WAL that only a directory held: no instance is called so. */
    public static final MemberName RESTORE = new MemberName("restore");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MemberName {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not the name of a member: '%s'".formatted(text));
        }
    }

    public static boolean isValid(String text) {
        return VALID.matcher(text).matches();
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
