package io.holdfast.plan.render;

import io.holdfast.plan.Timing;
import io.holdfast.plan.action.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How a document says times and other small things. */
public final class Words {

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm'Z'", Locale.ROOT);

    static final String NEVER = "never proven";

    private Words() {}

    public static String of(Duration span) {
        return TimeSpan.inWords(span);
    }

    /** In tables, where there is less room. */
    static String brief(Duration span) {
        return of(span).replaceFirst(" minutes?$", " min");
    }

    /** Before a noun: {@code 7-day}. */
    static String asAdjective(Duration span) {
        return of(span).replaceFirst("s$", "").replace(' ', '-');
    }

    /** What was measured, rounded to what a person cares about. */
    static String measured(Duration span) {
        if (span.compareTo(Duration.ofMinutes(2)) < 0) {
            return span.toMillis() < 10_000
                    ? String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1000.0)
                    : span.toSeconds() + " s";
        }
        return span.compareTo(Duration.ofHours(2)) < 0
                ? "%d min %d s".formatted(span.toMinutes(), span.toSecondsPart())
                : "%d h %d min".formatted(span.toHours(), span.toMinutesPart());
    }

    static String measured(java.util.Optional<Evidence.Measured> measured) {
        return measured.map(it -> "%s, measured %s".formatted(measured(it.value()), at(it.at())))
                .orElse(NEVER);
    }

    static String at(Instant instant) {
        return MINUTE.format(instant.atOffset(ZoneOffset.UTC));
    }

    public static String of(Timing timing) {
        return switch (timing) {
            case Timing.Daily(var at, var zone) ->
                "%s %s daily".formatted(at, zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId());
            case Timing.Every(var interval) -> interval.equals(Duration.ofDays(1)) ? "Daily" : "Every " + of(interval);
        };
    }

    /** An enum's name as a word at the beginning of a line. */
    public static String of(Enum<?> constant) {
        var name = constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
