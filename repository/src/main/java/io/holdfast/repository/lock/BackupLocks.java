package io.holdfast.repository.lock;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.CopyNote;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.removal.Reach;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLocks;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Sees to it that whatever a backup needs is locked for longer than its manifest: section 13 of the format. Objects are asked
 * about one by one, several at once. Thread-safe.
 */
public final class BackupLocks {

    private static final int AT_ONCE = 16;

    /** What opens a repository; without it nothing can be read. */
    private static final List<ObjectKey> KEYS =
            List.of(ObjectKey.of("key"), ObjectKey.of("epoch"), ObjectKey.of("key-mark"), ObjectKey.of("generation"));

    /** WAL pieces of sessions, which go when a whole segment holds the same. */
    private static final Pattern MAY_GO = Pattern.compile("claim/.+/wal/.+");

    private final Repository repository;
    private final ObjectLocks locks;

    private BackupLocks(Repository repository, ObjectLocks locks) {
        this.repository = repository;
        this.locks = locks;
    }

    /** Empty where the store was not told to lock. */
    public static Optional<BackupLocks> of(Repository repository) {
        return repository.store().locks().map(locks -> new BackupLocks(repository, locks));
    }

    /**
     * Extends the locks of all that a manifest needs which is about to be created.
     *
     * @param wal what only the engine knows to be needed; asked again where it takes long
     */
    public void protect(Manifest manifest, Supplier<? extends Collection<ObjectKey>> wal) {
        var terms = locks.terms();
        Instant enough;
        do {
            var now = repository.store().now();
            enough = now.plus(terms.full()).plus(terms.margin());
            var least = enough;
            var extended = enough.plus(terms.stride());
            eachOf(needs(repository, manifest, wal.get()), key -> {
                extend(key, least, extended);
                return Optional.<ObjectKey>empty();
            });
            // The lock of the manifest begins when it is created: what took longer than the margin is looked at again.
        } while (repository.store().now().plus(terms.full()).isAfter(enough));
    }

    private void extend(ObjectKey key, Instant least, Instant extended) {
        try {
            var locked = repository.store().lockedUntil(key);
            if (locked.isEmpty() || locked.get().isBefore(least)) {
                locks.extend(key, extended);
            }
        } catch (ObjectMissingException e) {
            if (!MAY_GO.matcher(key.text()).matches()) {
                // Something that this backup shares is not there: it would not be a backup.
                throw e;
            }
            // A piece that a segment has taken the place of; the segment has a lock of its own, from later on.
        }
    }

    /**
     * What is locked for less than the manifest of a backup, although it is needed; empty if the manifest is not locked, as far as the
     * store says. For whoever verifies.
     *
     * @param wal what only the engine knows to be needed
     */
    public static Optional<List<LockShortfall>> shortfalls(
            Repository repository, Manifest manifest, Collection<ObjectKey> wal) {
        var store = repository.store();
        var needed = store.lockedUntil(manifest.id().manifestKey());
        if (needed.isEmpty() || !needed.get().isAfter(store.now())) {
            return Optional.empty();
        }
        return Optional.of(eachOf(needs(repository, manifest, wal), key -> {
            var locked = store.lockedUntil(key);
            return locked.filter(end -> !end.isBefore(needed.get())).isPresent()
                    ? Optional.empty()
                    : Optional.of(new LockShortfall(manifest.id(), key, locked, needed.get()));
        }));
    }

    private static Set<ObjectKey> needs(Repository repository, Manifest manifest, Collection<ObjectKey> wal) {
        var needs = new TreeSet<ObjectKey>((a, b) -> a.text().compareTo(b.text()));
        var reach = new Reach(repository.objects());
        reach.add(manifest);
        reach.packs().stream().map(PackId::key).forEach(needs::add);
        needs.addAll(wal);
        try (var own = repository.store().list(manifest.id().folder(), CopyNote.before(manifest.id()))) {
            own.map(StoredObject::key).filter(CopyNote::isOne).forEach(needs::add);
        }
        needs.add(ObjectKey.of("repository"));
        for (var folder : KEYS) {
            try (var found = repository.store().list(folder)) {
                found.map(StoredObject::key).forEach(needs::add);
            }
        }
        return needs;
    }

    private static <T> List<T> eachOf(Collection<ObjectKey> keys, Function<ObjectKey, Optional<T>> action) {
        try (var threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            var answers = keys.stream()
                    .map(key -> threads.submit(() -> action.apply(key)))
                    .toList();
            var results = new ArrayList<T>();
            for (var answer : answers) {
                answer(answer).ifPresent(results::add);
            }
            return results;
        }
    }

    private static <T> T answer(Future<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while locks were looked at", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }
}
