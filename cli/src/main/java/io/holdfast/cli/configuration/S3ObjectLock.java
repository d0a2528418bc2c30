package io.holdfast.cli.configuration;

import io.holdfast.repository.store.s3.S3LockMode;
import java.util.Locale;
import java.util.Optional;

/** What {@code s3.object-lock} may say. */
public enum S3ObjectLock {
    NONE(Optional.empty()),
    GOVERNANCE(Optional.of(S3LockMode.GOVERNANCE)),
    COMPLIANCE(Optional.of(S3LockMode.COMPLIANCE));

    private final Optional<S3LockMode> mode;

    S3ObjectLock(Optional<S3LockMode> mode) {
        this.mode = mode;
    }

    public Optional<S3LockMode> mode() {
        return mode;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
