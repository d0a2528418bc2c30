package io.holdfast.repository.pack;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.holdfast.repository.store.ObjectKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The name of a backup: when it began, in UTC, and its kind; {@code 20260115-020000F}. Names are for people; order is
 * decided by the recorded positions, never by names.
 */
public record BackupId(String text) {

    private static final int TIME_LENGTH = 15;
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
        return text.length() == TIME_LENGTH + 1
                && text.charAt(8) == '-'
                && (text.charAt(TIME_LENGTH) == 'F' || text.charAt(TIME_LENGTH) == 'I')
                && isNumber(text, 0, 8)
                && isNumber(text, 9, TIME_LENGTH)
                && isTime(text);
    }

    private static boolean isNumber(String text, int from, int to) {
        for (int at = from; at < to; at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return false;
            }
        }
        return true;
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
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 4, 6),
                        number(text, 6, 8),
                        number(text, 9, 11),
                        number(text, 11, 13),
                        number(text, 13, TIME_LENGTH))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
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
