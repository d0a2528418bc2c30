package io.holdfast.repository.store;

/**
 * The name of an object in a store: one or more segments joined by {@code /}, for example
 * {@code manifest/20260115-020000F}. Compared as plain ASCII, so a listing has the same order in every store.
 *
 * <p>Segments are limited to letters, digits, {@code .}, {@code _} and {@code -}, and do not begin with a dot: such a
 * name is safe as a file name, as an S3 key and in a log, and can never leave its folder.
 */
public record ObjectKey(String text) implements Comparable<ObjectKey> {

    private static final int LONGEST_SEGMENT = 128;
    private static final int MOST_SEGMENTS = 16;

    public ObjectKey {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not an object key: '%s'".formatted(text));
        }
    }

    /** Whether a text can be a key; a store leaves out what it finds under other names. */
    public static boolean isValid(String text) {
        int segments = 1;
        int length = 0;
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == '/' && length > 0) {
                segments++;
                length = 0;
            } else if (isAllowed(character) && (character != '.' || length > 0) && length < LONGEST_SEGMENT) {
                length++;
            } else {
                return false;
            }
        }
        return length > 0 && segments <= MOST_SEGMENTS;
    }

    private static boolean isAllowed(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '.'
                || character == '_'
                || character == '-';
    }

    /** Joins segments; none of them may contain a slash of its own. */
    public static ObjectKey of(String first, String... more) {
        return new ObjectKey(more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    public ObjectKey child(String segment) {
        return new ObjectKey(text + "/" + segment);
    }

    /** The last segment. */
    public String name() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** Whether this key lies beneath {@code folder}; a key does not lie beneath itself. */
    public boolean isBeneath(ObjectKey folder) {
        return text.length() > folder.text.length() + 1
                && text.startsWith(folder.text)
                && text.charAt(folder.text.length()) == '/';
    }

    @Override
    public int compareTo(ObjectKey other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
