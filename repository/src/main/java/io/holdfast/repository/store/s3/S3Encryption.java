package io.holdfast.repository.store.s3;

import java.util.Locale;

/** What the server is asked to encrypt objects with, on top of Holdfast's own encryption. */
public enum S3Encryption {
    /** Whatever the bucket's default is. */
    NONE,
    AES256,
    KMS;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
