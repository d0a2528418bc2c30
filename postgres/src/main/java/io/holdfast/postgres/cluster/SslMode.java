package io.holdfast.postgres.cluster;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How much TLS is asked for, in libpq's words. A unix socket never uses TLS, whatever the mode. */
public enum SslMode {
    DISABLE("disable"),
    /** TLS when the server has it; protects against nobody who can change packets. */
    PREFER("prefer"),
    /** TLS with any certificate; with a root certificate at hand, the same as {@link #VERIFY_CA}, as in libpq. */
    REQUIRE("require"),
    /** TLS with a certificate that the root certificate vouches for. */
    VERIFY_CA("verify-ca"),
    /** The same, and the certificate names the host. */
    VERIFY_FULL("verify-full");

    private final String word;

    SslMode(String word) {
        this.word = word;
    }

    public static SslMode parse(String word) {
        return Arrays.stream(values())
                .filter(mode -> mode.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidConnectionException(
                        "not an sslmode: '%s'".formatted(word),
                        "use one of "
                                + Arrays.stream(values()).map(SslMode::toString).collect(Collectors.joining(", "))));
    }

    /** Whether a connection without TLS is out of the question. */
    public boolean insists() {
        return compareTo(REQUIRE) >= 0;
    }

    /** Whether the server has to prove who it is. */
    public boolean verifies() {
        return compareTo(VERIFY_CA) >= 0;
    }

    @Override
    public String toString() {
        return word;
    }
}
