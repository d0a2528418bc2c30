package io.holdfast.repository.key;

/**
 * The cost of guessing a passphrase (RFC 9106).
 *
 * @param memoryKib KiB
 */
public record Argon2Settings(int memoryKib, int passes, int lanes) {

    /** A key file needs no stretching. */
    public static final Argon2Settings NONE = new Argon2Settings(0, 0, 0);

    /** The least that is ever written or accepted: RFC 9106 section 4, second recommendation. */
    public static final Argon2Settings MINIMUM = new Argon2Settings(64 * 1024, 3, 1);

    /** Above this a wrap is taken for an attempt to exhaust the reader. */
    private static final int MOST_MEMORY_KIB = 1024 * 1024;

    boolean isAcceptable() {
        return memoryKib >= MINIMUM.memoryKib
                && memoryKib <= MOST_MEMORY_KIB
                && passes >= MINIMUM.passes
                && passes <= 100
                && lanes >= 1
                && lanes <= 64;
    }
}
