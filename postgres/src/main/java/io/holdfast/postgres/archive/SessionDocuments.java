package io.holdfast.postgres.archive;

import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.store.ObjectExistsException;

/** Documents of one kind that a session stores, numbered from 1. A number that something else has is passed over. Confined to one thread. */
public final class SessionDocuments {

    private final SealedObjects objects;
    private final WalSource source;
    private final String kind;
    private int last;

    public SessionDocuments(SealedObjects objects, WalSource source, String kind) {
        this.objects = objects;
        this.source = source;
        this.kind = kind;
    }

    public void create(Object document) {
        while (true) {
            last++;
            try {
                objects.createDocument(source.document(kind, last), document);
                return;
            } catch (ObjectExistsException _) {
                // Only this session writes here: somebody without its key has taken the name.
            }
        }
    }
}
