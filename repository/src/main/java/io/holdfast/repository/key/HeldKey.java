package io.holdfast.repository.key;

/** A key that a person or a machine has, all of it: what wraps data keys is computed from it. */
sealed interface HeldKey extends KeyEncryptionKey permits PassphraseKey, KeyFileKey, RecoveryKey {

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
}
