package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.SealedReader;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads objects of WAL; their footers once. One that does not authenticate is as good as missing, and counted among the
 * unsound. Confined to one thread, but for what is unsound.
 */
final class WalObjects {

    private final Repository repository;
    private final Map<ObjectKey, WalFooter> footers = new HashMap<>();
    private final Map<ObjectKey, StoredWal> unsound;

    WalObjects(Repository repository) {
        this(repository, new ConcurrentHashMap<>());
    }

    private WalObjects(Repository repository, Map<ObjectKey, StoredWal> unsound) {
        this.repository = repository;
        this.unsound = unsound;
    }

    /** The same for another thread. */
    WalObjects forAnotherThread() {
        return new WalObjects(repository, unsound);
    }

    /** How many were found not to authenticate. */
    int unsound() {
        return unsound.size();
    }

    boolean isUnsound(ObjectKey key) {
        return unsound.containsKey(key);
    }

    /** @throws ObjectMissingException also if it does not authenticate */
    WalFooter footer(StoredWal wal) {
        return footers.computeIfAbsent(
                wal.key(),
                key -> repository
                        .objects()
                        .attempt(key, () -> wal.footer(repository.objects()))
                        .content()
                        .orElseThrow(() -> {
                            unsound.put(key, wal);
                            return new ObjectMissingException(repository.store().location(), key);
                        }));
    }

    /**
     * Says what is wrong with what would hold a position.
     *
     * @throws io.holdfast.problem.HoldfastException if something that should does not authenticate
     */
    void requireSound(TimelineId timeline, Lsn position) {
        unsound.values().stream()
                .filter(wal ->
                        wal.range().timeline().equals(timeline) && wal.range().contains(position))
                .findFirst()
                .ifPresent(wal -> new Reading(wal, wal.range(), (_, _, _, _) -> {}).run());
    }

    /** How far it came before an object was missing or the objects ended. */
    Lsn read(List<StoredWal> objects, WalRange range, WalArchive.Sink sink) {
        var position = range.start();
        for (var object : objects) {
            if (!object.range().contains(position) || !position.isBefore(range.end())) {
                continue;
            }
            var wanted = new WalRange(range.timeline(), position, range.end());
            var reading = new Reading(object, wanted, sink);
            try {
                if (repository
                        .objects()
                        .attempt(object.key(), reading::run)
                        .content()
                        .isEmpty()) {
                    unsound.put(object.key(), object);
                    return reading.position;
                }
                position = reading.position;
            } catch (ObjectMissingException _) {
                return reading.position;
            }
        }
        return position;
    }

    /** Of one object, as far as it comes. */
    private final class Reading {

        private final StoredWal object;
        private final WalRange wanted;
        private final WalArchive.Sink sink;
        private Lsn position;

        Reading(StoredWal object, WalRange wanted, WalArchive.Sink sink) {
            this.object = object;
            this.wanted = wanted;
            this.sink = sink;
            this.position = wanted.start();
        }

        Lsn run() {
            try (SealedReader reader = repository.objects().open(object.key(), object.type())) {
                var at = object.range().start();
                for (var frame : reader.frames()) {
                    var frameEnd = at.plus(frame.plainLength());
                    if (frameEnd.isAfter(position) && at.isBefore(wanted.end())) {
                        var content = new byte[frame.plainLength()];
                        reader.read(frame, content);
                        int from = (int) position.minus(at);
                        int length = (int) Lsn.earlier(frameEnd, wanted.end()).minus(position);
                        sink.accept(position, content, from, length);
                        position = position.plus(length);
                    }
                    at = frameEnd;
                }
                return position;
            }
        }
    }
}
