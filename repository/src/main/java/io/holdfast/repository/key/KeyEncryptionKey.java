package io.holdfast.repository.key;

/** What opens a repository: it wraps data keys. Either somebody holds it, or a key service works with it. */
public sealed interface KeyEncryptionKey permits HeldKey, KmsKey {

    /** As written in a wrap. */
    String kind();

    /** What to look at when this key does not open a repository. */
    String hint();
}
