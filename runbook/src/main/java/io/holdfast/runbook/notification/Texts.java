package io.holdfast.runbook.notification;

import io.holdfast.runbook.action.UnusableInputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Texts as the channels can take them. */
final class Texts {

    private Texts() {}

    /** At most so many characters, without half a character at the end. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
        return text.substring(0, end) + "\u2026";
    }

    /** A header, or a part of one. */
    static String line(String input, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new UnusableInputException(input, "has a line end or another control character", "write one line");
        }
        return text;
    }

    /** The same for the same text, whatever is in it. */
    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
