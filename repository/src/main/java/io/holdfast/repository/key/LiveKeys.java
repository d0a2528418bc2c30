package io.holdfast.repository.key;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a process that runs for long, which others may replace meanwhile. What was open stays open for reading; new
 * objects go over to a new epoch, or are refused where this key does not open it. Thread-safe.
 */
public final class LiveKeys {

    private static final Logger LOG = LoggerFactory.getLogger(LiveKeys.class);

    private final ObjectStore store;
    private final RepositoryId repository;
    private final KeyEncryptionKey by;
    private final Optional<Supplier<KeyException>> retiredBefore;
    private volatile KeyRing ring;
    private Set<ObjectKey> seen = Set.of();

    public LiveKeys(ObjectStore store, RepositoryId repository, KeyEncryptionKey by, KeyRing ring) {
        this.store = store;
        this.repository = repository;
        this.by = by;
        this.ring = ring;
        this.retiredBefore = ring.obstacle().filter(KeyException::isRetirement).map(retired -> () -> retired);
    }

    public KeyRing ring() {
        return ring;
    }

    /** What it was opened with. */
    public KeyEncryptionKey by() {
        return by;
    }

    /** Looks whether the keys have changed; costs three listings if they have not. If it fails, nothing has changed. */
    public synchronized void refresh() {
        var names = StoredKeys.names(store);
        if (names.equals(seen)) {
            return;
        }
        var stored = StoredKeys.read(store, repository);
        var renewed = renewed(stored);
        var refused = renewed.obstacle();
        if (refused.isPresent() && ring.obstacle().isEmpty()) {
            LOG.error("nothing is written any more code={}", refused.get().code(), refused.get());
        } else if (renewed.newest().epoch() > ring.newest().epoch()) {
            LOG.info(
                    "new objects are written in another epoch epoch={}",
                    renewed.newest().epoch());
        }
        Retirement.of(
                        stored,
                        renewed.byEpoch(),
                        renewed.ids(),
                        _ -> renewed.newest().epoch())
                .ifPresent(retired -> LOG.warn(
                        "the key in use was retired: give this process its successor before it starts again key={} at={}",
                        retired.key(),
                        retired.at()));
        ring = renewed;
        seen = names;
    }

    private KeyRing renewed(StoredKeys stored) {
        if (ring.newest().epoch() == stored.newest()) {
            return new KeyRing(
                    ring.byEpoch(), ring.ids(), obstacle(stored, ring).or(() -> retiredBefore));
        }
        try (var derived = new DerivedKey(by)) {
            var opening = Opening.of(stored, derived, ring.first()::isSameAs);
            var opened = opening.keys().size() > ring.byEpoch().size()
                    ? new KeyRing(opening.keys(), opening.ids(), Optional.empty())
                    : ring;
            return new KeyRing(
                    opened.byEpoch(), opened.ids(), obstacle(stored, opened).or(() -> retiredBefore));
        }
    }

    /** A key that is retired meanwhile is no obstacle: the data key is the same, and a capture that stops protects nobody. */
    private static Optional<Supplier<KeyException>> obstacle(StoredKeys stored, KeyRing ring) {
        int open = ring.newest().epoch();
        if (open < stored.newest()) {
            return Optional.of(stored.notOpened(ring.newest()));
        }
        boolean begun = open == 1
                || stored.start(ring.ofEpoch(open - 1))
                        .filter(start -> start.isOf(ring.newest()))
                        .isPresent();
        if (!begun || stored.wraps().stream().noneMatch(wrap -> wrap.epoch() == open)) {
            return Optional.of(() -> KeyException.gone(stored.location(), open));
        }
        return Optional.empty();
    }
}
