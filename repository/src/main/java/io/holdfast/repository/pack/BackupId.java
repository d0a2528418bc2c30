package io.holdfast.repository.pack;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.repository.store.ObjectKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a backup: when it began, in UTC, and its kind; {@code 20260115-020000F}. Names are for people; order is
 * decided by the recorded positions, never by names.
 */
public record BackupId(String text) {

    private static final Pattern VALID = Pattern.compile("[0-9]{8}-[0-9]{6}[FI]");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Full, or incremental to a parent. */
    public enum Kind {
        FULL('F'),
        INCREMENTAL('I');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BackupId {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not a backup: '%s'".formatted(text));
        }
    }

    public static boolean isValid(String text) {
        return VALID.matcher(text).matches() && isTime(text);
    }

    private static boolean isTime(String text) {
        try {
            return begun(text).isAfter(Instant.MIN);
        } catch (DateTimeException _) {
            return false;
        }
    }

    public static BackupId of(Instant begun, Kind kind) {
        return new BackupId(TIME.format(begun) + kind.letter);
    }

    public Kind kind() {
        return text.endsWith("F") ? Kind.FULL : Kind.INCREMENTAL;
    }

    /** When it began, as its name says: to the second, or a second or two later where the name was taken. */
    public Instant begun() {
        return begun(text);
    }

    private static Instant begun(String text) {
        return Instant.from(TIME.parse(text.substring(0, text.length() - 1)));
    }

    /** Where everything but its manifest lies. */
    public ObjectKey folder() {
        return ObjectKey.of("backup", text);
    }

    public ObjectKey manifestKey() {
        return ObjectKey.of("manifest", text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
