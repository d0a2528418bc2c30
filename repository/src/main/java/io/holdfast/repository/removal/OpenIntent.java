package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Set;

/**
 * The intent of a backup that is being taken by this process. The order in which its methods are called is the protocol:
 * {@link #parentStays}, then {@link #prolong} from time to time, then {@link #requireNothingCondemned}, then the manifest
 * with {@link #deadline}. Thread-safe.
 */
public final class OpenIntent {

    private final Repository repository;
    private final Intent intent;
    private int number = 1;
    private Instant stored;
    private Set<Integer> seen = Set.of();

    private OpenIntent(Repository repository, Intent intent) {
        this.repository = repository;
        this.intent = intent;
        this.stored = store(1);
    }

    static OpenIntent write(Repository repository, Intent intent) {
        return new OpenIntent(repository, intent);
    }

    private Instant store(int n) {
        var key = Intents.key(intent.backup(), n);
        repository.objects().createDocument(key, intent);
        return repository
                .store()
                .find(key)
                .map(StoredObject::stored)
                .orElseThrow(() -> new ObjectMissingException(repository.store().location(), key));
    }

    /** A number that somebody else has put something under says nothing, and is passed over. */
    private Instant storeNext() {
        while (true) {
            number++;
            try {
                return store(number);
            } catch (ObjectExistsException _) {
                // The next one is as good.
            }
        }
    }

    public BackupId backup() {
        return intent.backup();
    }

    /** Looks, after the intent was written, whether the parent is still there and nobody is going to remove it. */
    public synchronized boolean parentStays() {
        var lists = CondemnLists.read(repository);
        seen = lists.numbers();
        return intent.parent()
                .filter(parent -> lists.names(parent.manifestKey())
                        || repository.manifests().find(parent).isEmpty())
                .isEmpty();
    }

    /** By the store's clock: a manifest that is stored later is void. */
    public synchronized Instant deadline() {
        return stored.plus(Intents.LIFE);
    }

    /**
     * Lets it live on, if half of its life has passed.
     *
     * @throws RemovalException if it has died
     */
    public synchronized void prolong() {
        requireAlive();
        if (repository.store().now().isAfter(stored.plus(Intents.LIFE.dividedBy(2)))) {
            var end = deadline();
            var again = storeNext();
            if (again.isAfter(end)) {
                throw RemovalException.intentDied(backup(), end);
            }
            stored = again;
        }
    }

    private void requireAlive() {
        if (repository.store().now().isAfter(deadline())) {
            throw RemovalException.intentDied(backup(), deadline());
        }
    }

    /**
     * Looks, before the manifest is written, at what was condemned since the intent was.
     *
     * @throws RemovalException if that is something which the backup needs
     */
    public synchronized void requireNothingCondemned() {
        requireAlive();
        for (var list : CondemnLists.read(repository, seen).all()) {
            for (var key : list.content().keys()) {
                if (isNeeded(key)) {
                    throw RemovalException.condemned(backup(), key);
                }
            }
        }
    }

    /** Who did not condemn the parent has reached, and kept, whatever the parent reaches. */
    private boolean isNeeded(ObjectKey key) {
        return key.isBeneath(backup().folder())
                || key.equals(backup().manifestKey())
                || intent.parent()
                        .filter(parent -> key.equals(parent.manifestKey()))
                        .isPresent();
    }
}
