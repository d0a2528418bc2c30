package io.holdfast.repository.manifest;

import java.time.Instant;

/**
 * A manifest as a store holds it.
 *
 * @param stored by the store's clock
 * @param copied whether a copy into this store was under way then
 */
public record StoredManifest(Manifest manifest, Instant stored, boolean copied) {

    /** Whether it came after the intent of its backup had died: what it reaches may have been removed meanwhile. */
    public boolean isVoid() {
        return isLate(manifest, stored) && !copied;
    }

    static boolean isLate(Manifest manifest, Instant stored) {
        return stored.isAfter(manifest.deadline());
    }
}
