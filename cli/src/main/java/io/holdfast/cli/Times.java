package io.holdfast.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and durations as tables show them. */
public final class Times {

    /** With its offset, so that it can be pasted into {@code restore --to}. */
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'+00'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Times() {}

    public static String of(Instant time) {
        return SECONDS.format(time);
    }

    /** {@code 0.8 s}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    public static String took(double seconds) {
        if (seconds < 10) {
            long tenths = Math.round(seconds * 10);
            return tenths / 10 + "." + tenths % 10 + " s";
        }
        var whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? "%d min %d s".formatted(whole / 60, whole % 60)
                : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
    }
}
