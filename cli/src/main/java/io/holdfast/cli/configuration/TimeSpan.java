package io.holdfast.cli.configuration;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** How durations are written: {@code 500ms}, {@code 1s}, {@code 10m}, {@code 24h}, {@code 7d}. */
public final class TimeSpan {

    static final String SYNTAX = "[0-9]{1,9}(ms|s|m|h|d)";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private TimeSpan() {}

    /** Empty if it is not one. */
    public static Optional<Duration> of(String text) {
        return switch (parse(text)) {
            case Parsed.Value<Duration> found -> Optional.of(found.value());
            case Parsed.Refused<Duration> _ -> Optional.empty();
        };
    }

    /** Longer than zero. */
    static Parsed<Duration> parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Parsed.refused("a duration such as 500ms, 1s, 10m, 24h or 7d");
        }
        var count = Long.parseLong(form.group(1));
        if (count == 0) {
            return Parsed.refused("a duration longer than zero");
        }
        return Parsed.value(
                switch (form.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }
}
