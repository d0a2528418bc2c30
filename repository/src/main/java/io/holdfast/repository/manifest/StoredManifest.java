package io.holdfast.repository.manifest;

import java.time.Instant;

/**
 * A manifest as a store holds it.
 *
 * @param stored by the store's clock
 */
public record StoredManifest(Manifest manifest, Instant stored) {

    /** Whether it came after the intent of its backup had died: what it reaches may have been removed meanwhile. */
    public boolean isVoid() {
        return stored.isAfter(manifest.deadline());
    }
}
