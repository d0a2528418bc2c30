package io.holdfast.plan.action;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** How durations are written: {@code 500ms}, {@code 1s}, {@code 10m}, {@code 24h}, {@code 7d}. */
public final class TimeSpan {

    /** As a regular expression. */
    public static final String SYNTAX = "[0-9]{1,9}(ms|s|m|h|d)";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    /** What is longer is a mistake, and more than what databases and clocks can count in some places. */
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private TimeSpan() {}

    /** Empty if it is not one, or longer than a hundred years. */
    public static Optional<Duration> of(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        var count = Long.parseLong(form.group(1));
        var span = switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        return isSensible(span) ? Optional.of(span) : Optional.empty();
    }

    /** Whether it is at most a hundred years, forwards or backwards. */
    public static boolean isSensible(Duration span) {
        return span.compareTo(LONGEST) <= 0 && span.compareTo(LONGEST.negated()) >= 0;
    }

    /** In words, in the largest unit that leaves no rest: {@code 4 hours}, {@code 1 hour}, {@code 90 minutes}. */
    public static String inWords(Duration span) {
        var millis = span.toMillis();
        if (millis % 86_400_000 == 0 && millis > 86_400_000) {
            return counted(span.toDays(), "day");
        }
        if (millis % 3_600_000 == 0 && millis > 0) {
            return counted(span.toHours(), "hour");
        }
        if (millis % 60_000 == 0 && millis > 0) {
            return counted(span.toMinutes(), "minute");
        }
        return millis % 1000 == 0 ? counted(span.toSeconds(), "second") : counted(millis, "millisecond");
    }

    private static String counted(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
