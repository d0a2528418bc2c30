package io.holdfast.repository.removal;

import io.holdfast.repository.store.StoredObject;

/**
 * An object that nothing needs.
 *
 * @param of what it belongs to, for people
 */
public record Unneeded(StoredObject object, String of, String reason) {

    /** Manifests go first, so that nobody finds a backup that is not whole; intents last, so that its name stays taken. */
    int rank() {
        if (object.key().text().startsWith("manifest/")) {
            return 0;
        }
        return Intents.isOne(object.key()) ? 2 : 1;
    }
}
