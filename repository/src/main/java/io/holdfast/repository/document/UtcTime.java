package io.holdfast.repository.document;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Reads times as documents hold them, {@code 2026-01-15T02:00:01.123456Z}, by the places of their digits: the JDK's own parser takes thousands of
 * steps for each, which a JVM that has just started takes slowly, and there are half a dozen in a manifest.
 */
final class UtcTime {

    private static final String FORM = "0000-00-00T00:00:00";
    private static final int MOST_DECIMALS = 9;

    private UtcTime() {}

    /** Other forms of ISO 8601, leap seconds and what is no time are left to the JDK. */
    static Instant parse(String text) {
        int end = text.length() - 1;
        int decimals = Math.max(0, end - FORM.length() - 1);
        if (!hasForm(text, end) || decimals > MOST_DECIMALS) {
            return Instant.parse(text);
        }
        try {
            return parse(text, end, decimals);
        } catch (DateTimeException _) {
            return Instant.parse(text);
        }
    }

    private static Instant parse(String text, int end, int decimals) {
        int nanos = decimals == 0 ? 0 : number(text, FORM.length() + 1, end);
        for (int i = decimals; i < MOST_DECIMALS; i++) {
            nanos *= 10;
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        nanos)
                .toInstant(ZoneOffset.UTC);
    }

    private static boolean hasForm(String text, int end) {
        if (end < FORM.length()
                || text.charAt(end) != 'Z'
                || (end > FORM.length() && (text.charAt(FORM.length()) != '.' || end == FORM.length() + 1))) {
            return false;
        }
        for (int at = 0; at < end; at++) {
            boolean digit = text.charAt(at) >= '0' && text.charAt(at) <= '9';
            if (at < FORM.length() ? !fits(text.charAt(at), digit, FORM.charAt(at)) : at > FORM.length() && !digit) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(char given, boolean digit, char form) {
        return form == '0' ? digit : given == form;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
