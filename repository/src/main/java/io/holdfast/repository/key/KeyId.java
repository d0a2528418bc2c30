package io.holdfast.repository.key;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The name of one key-encryption key in a repository: shared by its wraps, drawn when it was added. Says nothing of the key itself. */
public record KeyId(String text) implements Comparable<KeyId> {

    private static final Pattern VALID = Pattern.compile("[0-9a-f]{16}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public KeyId {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not the name of a key");
        }
    }

    public static boolean isValid(String text) {
        return VALID.matcher(text).matches();
    }

    static KeyId draw(SecureRandom random) {
        return new KeyId(randomName(random));
    }

    /** Sixteen hexadecimal digits, for objects that nobody can take the name of beforehand. */
    static String randomName(SecureRandom random) {
        var name = new byte[8];
        random.nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    @Override
    public int compareTo(KeyId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
