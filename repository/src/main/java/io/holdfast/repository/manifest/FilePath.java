package io.holdfast.repository.manifest;

import java.nio.charset.StandardCharsets;

/**
 * The path of a file in a backup: its place, then its path there, joined by {@code /}. Kept as the bytes that the
 * system has, one ISO 8859-1 character for each byte, so that a name that is not valid UTF-8 survives.
 */
public record FilePath(String text) implements Comparable<FilePath> {

    public FilePath {
        if (text.isEmpty()
                || text.startsWith("/")
                || text.endsWith("/")
                || text.contains("//")
                || escapes(text)
                || !isBytes(text)) {
            throw new IllegalArgumentException("not a path in a backup: '%s'".formatted(text));
        }
    }

    private static boolean escapes(String text) {
        return ("/" + text + "/").contains("/../") || ("/" + text + "/").contains("/./") || text.indexOf('\0') >= 0;
    }

    /** Whether each character stands for one byte. */
    static boolean isBytes(String text) {
        return text.chars().allMatch(c -> c <= 0xFF);
    }

    static FilePath ofBytes(byte[] bytes) {
        return new FilePath(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public int compareTo(FilePath other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
