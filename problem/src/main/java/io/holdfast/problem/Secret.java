package io.holdfast.problem;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A text that must not be seen, such as a password. It prints as {@code [REDACTED]}, so that no log line, message or record can show it by accident. */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The text itself; for the one call that uses it, never for a field. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    /** The same for every secret: a hash in a log would be something to guess against. */
    @Override
    public int hashCode() {
        return Secret.class.hashCode();
    }

    @Override
    public String toString() {
        return "[REDACTED]";
    }

    private byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
