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

    /** By bytes, with the slash before all others: a folder is followed by what is in it. */
    @Override
    public int compareTo(FilePath other) {
        int shared = Math.min(text.length(), other.text.length());
        for (int i = 0; i < shared; i++) {
            if (text.charAt(i) != other.text.charAt(i)) {
                return rank(text.charAt(i)) - rank(other.text.charAt(i));
            }
        }
        return text.length() - other.text.length();
    }

    /** No path holds a zero byte. */
    private static int rank(char c) {
        return c == '/' ? 0 : c;
    }

    @Override
    public String toString() {
        return text;
    }
}
