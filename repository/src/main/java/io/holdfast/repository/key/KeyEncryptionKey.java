package io.holdfast.repository.key;

/** What a person or a machine holds to open a repository: it wraps data keys. One that a key service keeps would be a further kind. */
public sealed interface KeyEncryptionKey permits PassphraseKey, KeyFileKey, RecoveryKey {

    /** As written in a wrap. */
    String kind();

    /** How a wrap says which settings its key was derived with; zeros where there are none. */
    Argon2Settings settings();

    /** Whether a wrap may ask for these settings: neither weaker than the minimum nor beyond reason. */
    boolean accepts(Argon2Settings settings);

    /**
     * Thirty-two bytes for AES-256-GCM.
     *
     * @param settings those of the wrap, already {@link #accepts accepted}
     */
    byte[] derive(byte[] salt, Argon2Settings settings);

    /** What to look at when this key does not open a repository. */
    String hint();
}
