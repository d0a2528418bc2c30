package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The objects of WAL in the order in which another store should get them: what leads to WAL before it, WAL by positions, and what says how
 * far it goes after it. So whatever has arrived when a copy stops can be recovered from.
 */
public final class WalToCopy {

    private static final Pattern CLAIM = Pattern.compile("claim/[^/]+/[0-9]{8}/claim");
    private static final Pattern NEWEST_ONLY = Pattern.compile("(claim/[^/]+/[0-9]{8}/[0-9]{8}/covered)/[0-9]{8}");
    private static final Pattern BEFORE = Pattern.compile("claim/[^/]+/[0-9]{8}/[0-9]{8}/(history|divergence|gap)/.+");

    private final Generation generation;
    private final List<ObjectKey> before = new ArrayList<>();
    private final List<StoredWal> wal = new ArrayList<>();
    private final List<ObjectKey> after = new ArrayList<>();
    private final TreeMap<String, ObjectKey> newest = new TreeMap<>();

    private WalToCopy(Generation generation) {
        this.generation = generation;
    }

    /** Puts into order what is known to be needed. */
    public static List<ObjectKey> ordered(Generation generation, List<ObjectKey> needed) {
        var sorted = new WalToCopy(generation);
        needed.forEach(key -> sorted.add(new StoredObject(key, 0, Instant.EPOCH)));
        return sorted.keys();
    }

    /**
     * All that sessions have stored of a generation from a position on, on whatever timelines, and what they said. A piece only where no
     * segment of its session holds the same.
     */
    public static List<ObjectKey> from(Repository repository, Generation generation, Lsn position) {
        var sorted = new WalToCopy(generation);
        var begin = generation.walSegmentSize().start(position);
        try (var objects = repository.store().list(ObjectKey.of("claim"))) {
            objects.filter(object -> generation.holds(object.key())
                            || CLAIM.matcher(object.key().text()).matches())
                    .forEach(sorted::add);
        }
        sorted.wal.removeIf(object -> !object.range().end().isAfter(begin));
        sorted.dropMerged();
        return sorted.keys();
    }

    private void add(StoredObject object) {
        var key = object.key();
        var found = StoredWal.of(object, generation.walSegmentSize());
        var covered = NEWEST_ONLY.matcher(key.text());
        if (found.isPresent()) {
            wal.add(found.get());
        } else if (covered.matches()) {
            newest.put(covered.group(1), key);
        } else if (CLAIM.matcher(key.text()).matches()
                || StoredHistories.isOne(key)
                || BEFORE.matcher(key.text()).matches()) {
            before.add(key);
        } else {
            after.add(key);
        }
    }

    private void dropMerged() {
        var segments = new HashSet<Merged>();
        wal.stream()
                .filter(object -> object.type() == ObjectType.WAL_SEGMENT)
                .forEach(object -> segments.add(Merged.of(object, generation.walSegmentSize())));
        wal.removeIf(object -> object.type() == ObjectType.WAL_PIECE
                && segments.contains(Merged.of(object, generation.walSegmentSize())));
    }

    /** A segment of a session. */
    private record Merged(ObjectKey folder, WalRange segment) {
        static Merged of(StoredWal object, WalSegmentSize size) {
            var start = size.start(object.range().start());
            return new Merged(
                    object.folder(), new WalRange(object.range().timeline(), start, start.plus(size.bytes())));
        }
    }

    private List<ObjectKey> keys() {
        return Stream.of(
                        before.stream()
                                .sorted(Comparator.comparing((ObjectKey key) -> !isClaim(key))
                                        .thenComparing(Comparator.naturalOrder())),
                        wal.stream()
                                .sorted(Comparator.comparing((StoredWal object) ->
                                                object.range().timeline())
                                        .thenComparing(object -> object.range().start()))
                                .map(StoredWal::key),
                        after.stream().sorted(),
                        newest.values().stream())
                .flatMap(keys -> keys)
                .toList();
    }

    private static boolean isClaim(ObjectKey key) {
        return CLAIM.matcher(key.text()).matches();
    }
}
