package io.holdfast.postgres.restore;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Reads a time that a person wrote: as ISO 8601 or as PostgreSQL prints it, always with its offset from UTC. */
public final class TargetTime {

    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)\\s?(Z|z|UTC|[+-]\\d{2}(?::?\\d{2})?)?");

    private TargetTime() {}

    /**
     * Reads a time.
     *
     * @throws RestoreException if it is not a time, or lacks its offset
     */
    public static Instant parse(String text) {
        var matcher = TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw RestoreException.notATime(text);
        }
        var offset = matcher.group(3);
        if (offset == null) {
            throw RestoreException.timeWithoutOffset(text);
        }
        try {
            var zone = Character.isLetter(offset.charAt(0)) ? ZoneOffset.UTC : ZoneOffset.of(offset);
            return OffsetDateTime.of(LocalDate.parse(matcher.group(1)), LocalTime.parse(matcher.group(2)), zone)
                    .toInstant();
        } catch (DateTimeException _) {
            throw RestoreException.notATime(text);
        }
    }
}
