package io.holdfast.repository.key;

import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Changes the keys of an open repository. Each change may be cut off after any of its writes: the keys that opened the
 * repository before still do, and the same change can be made again. Confined to one thread.
 */
public final class KeyChanges {

    private final ObjectStore store;
    private final RepositoryId repository;
    private final KeyRing ring;
    private final InstantSource clock;
    private final SecureRandom random;

    /** Works with the keys as they were opened: a change that needs all of them is refused where they are not all open. */
    public KeyChanges(
            ObjectStore store, RepositoryId repository, KeyRing ring, InstantSource clock, SecureRandom random) {
        this.store = store;
        this.repository = repository;
        this.ring = ring;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A key that shall open the repository.
     *
     * @param label for people: whose it is, or where it lies
     */
    public record NewKey(KeyEncryptionKey key, String label) {

        private static final int MOST_LETTERS = 64;

        public NewKey {
            if (label.length() > MOST_LETTERS || label.chars().anyMatch(Character::isISOControl)) {
                throw KeyException.invalidLabel();
            }
        }
    }

    public KeyInventory inventory() {
        return KeyInventory.read(store, repository, ring);
    }

    /** Lets another key open every epoch. One that does already keeps its name, and gets the wraps that it lacks. */
    public KeyId add(NewKey added) {
        ring.current();
        try (var derived = new DerivedKey(added.key())) {
            var holder = wrapAll(added, derived);
            prove(added.key(), ring.newest());
            return holder.key();
        }
    }

    /**
     * Lets another key take the place of the one that opened the repository, which is retired.
     *
     * @param remove also the wraps of the old key, which this identity must be allowed to
     */
    public KeyId rotate(NewKey successor, boolean remove) {
        ring.current();
        requireAnother(successor);
        var added = add(successor);
        for (var old : ring.ids()) {
            mark(old, KeyMark.RETIRED);
        }
        if (remove) {
            ring.ids().forEach(this::removeWraps);
        }
        return added;
    }

    /**
     * Begins an epoch with a new data key, which only these keys open. They open all epochs before as well. A key that a key
     * service keeps may succeed itself: nobody has it, and whoever misused it is shut out there.
     *
     * @return the number of the new epoch
     */
    public int replace(List<NewKey> successors) {
        var before = ring.current();
        successors.stream()
                .filter(successor -> !(successor.key() instanceof KmsKey))
                .forEach(this::requireAnother);
        var next = DataKey.draw(repository, before.epoch() + 1, random);
        for (var successor : successors) {
            try (var derived = new DerivedKey(successor.key())) {
                var holder = wrapAll(successor, derived);
                create(KeyWrap.of(next, holder, derived, random));
            }
        }
        try {
            PlainDocuments.create(store, EpochStart.name(next.epoch()), EpochStart.of(next, before, now()));
        } catch (ObjectExistsException _) {
            throw KeyException.replacedMeanwhile(next.epoch());
        }
        successors.forEach(successor -> prove(successor.key(), next));
        return next.epoch();
    }

    /** Says that a key shall not be used any more, without having it. */
    public void retire(KeyId key, boolean remove) {
        ring.current();
        if (ring.ids().contains(key)) {
            throw KeyException.inUse(key);
        }
        if (StoredKeys.namesOf(store, repository, key).isEmpty()) {
            throw KeyException.unknown(key, store.location());
        }
        mark(key, KeyMark.RETIRED);
        if (remove) {
            removeWraps(key);
        }
    }

    /** Says that the key that opened the repository was at hand and opened all of it. */
    public void confirm() {
        ring.current();
        ring.ids().forEach(key -> mark(key, KeyMark.CONFIRMED));
    }

    /** Newest epoch first: a key opens the repository once it opens epoch 1, and then it opens all. */
    private KeyWrap.Holder wrapAll(NewKey added, DerivedKey derived) {
        var stored = StoredKeys.read(store, repository);
        var known = known(stored, derived);
        var holder = known.isEmpty()
                ? KeyWrap.Holder.draw(added.key(), added.label(), now(), random)
                : known.getFirst().wrap().holder();
        var has = new TreeSet<>(known.stream()
                .filter(one -> one.wrap().key().equals(holder.key()))
                .map(one -> one.wrap().epoch())
                .toList());
        for (var dataKey : ring.byEpoch().descendingMap().values()) {
            if (!has.contains(dataKey.epoch())) {
                create(KeyWrap.of(dataKey, holder, derived, random));
            }
        }
        return holder;
    }

    /** Wraps that the key has already, of names that are not retired; those of the name that was added first come first. */
    private List<Opening.Opened> known(StoredKeys stored, DerivedKey derived) {
        return Opening.candidates(stored, derived, new ArrayList<>()).stream()
                .filter(one -> ring.byEpoch().containsKey(one.dataKey().epoch())
                        && ring.ofEpoch(one.dataKey().epoch()).isSameAs(one.dataKey()))
                .filter(one -> Retirement.mark(
                                stored, ring.byEpoch(), one.wrap().key(), KeyMark.RETIRED, 1)
                        .isEmpty())
                .sorted(Comparator.comparing((Opening.Opened one) -> one.wrap().created())
                        .thenComparing(one -> one.wrap().key()))
                .toList();
    }

    private void requireAnother(NewKey successor) {
        try (var derived = new DerivedKey(successor.key())) {
            var opening = Opening.of(StoredKeys.read(store, repository), derived, ring.first()::isSameAs);
            if (opening.ids().stream().anyMatch(ring.ids()::contains)) {
                throw KeyException.notAnother();
            }
        }
    }

    /** Nothing is said to be done that the store does not give back. */
    private void prove(KeyEncryptionKey key, DataKey newest) {
        var opened = KeyStore.open(store, repository, key, ring.first()::isSameAs);
        if (opened.obstacle().isPresent() || !opened.newest().isSameAs(newest)) {
            throw KeyException.notProven(key.kind());
        }
    }

    private void removeWraps(KeyId key) {
        StoredKeys.namesOf(store, repository, key).forEach(store::remove);
    }

    private void mark(KeyId key, String what) {
        var mark = KeyMark.of(ring.newest(), key, what, now());
        PlainDocuments.create(store, mark.newName(random), mark);
    }

    private void create(KeyWrap wrap) {
        PlainDocuments.create(store, wrap.newName(random), wrap);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** What the key that opened the repository is called in it. */
    public Set<KeyId> used() {
        return Set.copyOf(ring.ids());
    }
}
