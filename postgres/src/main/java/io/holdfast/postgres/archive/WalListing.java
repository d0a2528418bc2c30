package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of all that is about WAL in one generation, sorted by what they are. Confined to one thread. */
final class WalListing {

    private static final Pattern DIVERGENCE = Pattern.compile("claim/[^/]+/[0-9]{8}/[0-9]{8}/divergence/[0-9]{8}");

    private final Map<TimelineId, List<StoredWal>> wal = new TreeMap<>();
    private final List<StoredObject> covered = new ArrayList<>();
    private final List<ObjectKey> divergences = new ArrayList<>();
    private final StoredHistories histories;

    private WalListing(StoredHistories histories) {
        this.histories = histories;
    }

    static WalListing of(Stream<StoredObject> objects, Generation generation, Repository repository) {
        var listing = new WalListing(new StoredHistories(repository));
        objects.forEach(object -> listing.add(object, generation));
        return listing;
    }

    /** The same without some WAL. */
    WalListing without(Predicate<ObjectKey> wanting) {
        var left = new WalListing(histories);
        wal.forEach((timeline, stored) -> {
            var kept = stored.stream()
                    .filter(object -> !wanting.test(object.key()))
                    .toList();
            if (!kept.isEmpty()) {
                left.wal.put(timeline, kept);
            }
        });
        left.covered.addAll(covered);
        left.divergences.addAll(divergences);
        return left;
    }

    private void add(StoredObject object, Generation generation) {
        var key = object.key();
        var found = StoredWal.of(object, generation.walSegmentSize());
        if (found.isPresent()) {
            wal.computeIfAbsent(found.get().range().timeline(), _ -> new ArrayList<>())
                    .add(found.get());
        } else if (Coverages.isOne(object)) {
            covered.add(object);
        } else if (StoredHistories.isOne(key)) {
            histories.add(key);
        } else if (DIVERGENCE.matcher(key.text()).matches()) {
            divergences.add(key);
        }
    }

    /** That hold WAL or have a history. */
    SortedSet<TimelineId> timelines() {
        var timelines = new TreeSet<>(wal.keySet());
        timelines.addAll(histories.timelines());
        return timelines;
    }

    List<StoredWal> wal(TimelineId timeline) {
        return wal.getOrDefault(timeline, List.of());
    }

    Stream<StoredWal> segments() {
        return wal.values().stream().flatMap(List::stream).filter(object -> object.type() == ObjectType.WAL_SEGMENT);
    }

    /** Who has stored WAL at {@code time} or later. */
    Stream<WalOrigin> storedSince(Instant time) {
        return wal.values().stream()
                .flatMap(List::stream)
                .filter(object -> !object.stored().isBefore(time))
                .map(object -> WalOrigin.of(object.key()))
                .distinct();
    }

    StoredHistories histories() {
        return histories;
    }

    List<StoredObject> covered() {
        return covered;
    }

    List<ObjectKey> divergences() {
        return divergences;
    }
}
