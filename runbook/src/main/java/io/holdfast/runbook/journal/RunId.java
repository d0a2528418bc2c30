package io.holdfast.runbook.journal;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The name of a run, for example {@code 20261126-120312-7f3a09}: when it was started, in UTC, and something random. */
public record RunId(@JsonValue String value) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    public static RunId of(Instant started, int random) {
        return new RunId("%s-%06x".formatted(TIME.format(started.atZone(ZoneOffset.UTC)), random & 0xffffff));
    }

    @Override
    public String toString() {
        return value;
    }
}
