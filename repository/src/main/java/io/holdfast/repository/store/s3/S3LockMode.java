package io.holdfast.repository.store.s3;

import java.util.Locale;

/** Who may still remove what is locked. */
public enum S3LockMode {
    /** Who has {@code s3:BypassGovernanceRetention} and asks for it. Holdfast never does. */
    GOVERNANCE,

    /** Nobody, not even the owner of the account. */
    COMPLIANCE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
