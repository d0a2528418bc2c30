package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The objects of WAL in the order in which another store should get them: what leads to WAL before it, WAL by positions, and what says how
 * far it goes after it. So whatever has arrived when a copy stops can be recovered from.
 */
public final class WalToCopy {

    private static final Pattern CLAIM = Pattern.compile("(claim/[^/]+/(?!00000000)[0-9]{8})/claim");
    private static final Pattern NEWEST_ONLY = Pattern.compile("(claim/[^/]+/[0-9]{8}/[0-9]{8}/covered)/[0-9]{8}");
    private static final Pattern HISTORY = Pattern.compile("(claim/[^/]+)/([0-9]{8})/([0-9]{8}/history/[0-9A-F]{8})");
    private static final Pattern BEFORE = Pattern.compile("claim/[^/]+/[0-9]{8}/[0-9]{8}/(divergence|gap)/[0-9]{8}");
    private static final Pattern AFTER = Pattern.compile("claim/[^/]+/[0-9]{8}/[0-9]{8}/exposure/[0-9]{8}");

    private final Repository repository;
    private final Generation generation;
    private final List<ObjectKey> claims = new ArrayList<>();
    private final List<ObjectKey> before = new ArrayList<>();
    private final List<StoredWal> wal = new ArrayList<>();
    private final List<ObjectKey> after = new ArrayList<>();

    /** Of each session the last ones first: the newest counts that authenticates. */
    private final Map<String, NavigableSet<ObjectKey>> covered = new TreeMap<>();

    /** Of each member and timeline, the last session first: the same counts. */
    private final Map<String, NavigableSet<ObjectKey>> histories = new TreeMap<>();

    private WalToCopy(Repository repository, Generation generation) {
        this.repository = repository;
        this.generation = generation;
    }

    /** Puts into order what a backup needs; claims and histories only of sessions whose WAL is among it: a keeper takes others away. */
    public static List<ObjectKey> ordered(Repository repository, Generation generation, List<ObjectKey> needed) {
        var sorted = new WalToCopy(repository, generation);
        needed.forEach(key -> sorted.add(new StoredObject(key, 0, Instant.EPOCH)));
        return sorted.keys();
    }

    /**
     * All that sessions have stored of a generation from a position on, on whatever timelines, and what they said.
     */
    public static List<ObjectKey> from(Repository repository, Generation generation, Lsn position) {
        var sorted = new WalToCopy(repository, generation);
        var begin = generation.walSegmentSize().start(position);
        try (var objects = repository.store().list(ObjectKey.of("claim"))) {
            objects.filter(object -> generation.holds(object.key())
                            || CLAIM.matcher(object.key().text()).matches())
                    .forEach(sorted::add);
        }
        sorted.wal.removeIf(object -> !object.range().end().isAfter(begin));
        return sorted.keys();
    }

    /** What does not follow the layout is nobody's. */
    private void add(StoredObject object) {
        var key = object.key();
        var name = key.text();
        var found = StoredWal.of(object, generation.walSegmentSize());
        var history = HISTORY.matcher(name);
        var newest = NEWEST_ONLY.matcher(name);
        if (found.isPresent()) {
            wal.add(found.get());
        } else if (newest.matches()) {
            covered.computeIfAbsent(newest.group(1), _ -> newestFirst()).add(key);
        } else if (CLAIM.matcher(name).matches()) {
            claims.add(key);
        } else if (history.matches()) {
            histories
                    .computeIfAbsent(history.group(1) + "/" + history.group(3), _ -> newestFirst())
                    .add(key);
        } else if (StoredHistories.isOne(key) || BEFORE.matcher(name).matches()) {
            before.add(key);
        } else if (AFTER.matcher(name).matches()) {
            after.add(key);
        }
    }

    private static NavigableSet<ObjectKey> newestFirst() {
        return new TreeSet<>(Comparator.<ObjectKey>naturalOrder().reversed());
    }

    private List<ObjectKey> keys() {
        dropMerged();
        var sessions = Stream.concat(wal.stream().map(StoredWal::key), Stream.concat(before.stream(), after.stream()))
                .map(WalToCopy::session)
                .collect(Collectors.toSet());
        return Stream.of(
                        claims.stream()
                                .filter(key -> sessions.contains(session(key)))
                                .sorted(),
                        histories.values().stream()
                                .flatMap(keys -> keys.stream()
                                        .filter(key -> sessions.contains(session(key)) && isAuthentic(key))
                                        .limit(1)),
                        before.stream().sorted(),
                        wal.stream()
                                .sorted(Comparator.comparing((StoredWal object) ->
                                                object.range().timeline())
                                        .thenComparing(object -> object.range().start()))
                                .map(StoredWal::key),
                        after.stream().sorted(),
                        covered.values().stream()
                                .flatMap(keys -> keys.stream()
                                        .filter(key -> sessions.contains(session(key)) && isAuthentic(key))
                                        .limit(1)))
                .flatMap(keys -> keys)
                .toList();
    }

    /** The session that stored an object, or the folder of a backup. */
    private static String session(ObjectKey key) {
        var parts = key.text().split("/", 4);
        return String.join("/", Arrays.asList(parts).subList(0, Math.min(3, parts.length)));
    }

    private boolean isAuthentic(ObjectKey key) {
        try {
            return repository.objects().readAuthentic(key, JsonNode.class).isPresent();
        } catch (ObjectMissingException _) {
            return false;
        }
    }

    /** Pieces only where no segment of their session holds the same: one that can be read, whoever may have put others there. */
    private void dropMerged() {
        var pieces = new HashMap<Merged, List<StoredWal>>();
        wal.stream()
                .filter(object -> object.type() == ObjectType.WAL_PIECE)
                .forEach(object -> pieces.computeIfAbsent(
                                Merged.of(object, generation.walSegmentSize()), _ -> new ArrayList<>())
                        .add(object));
        var merged = new HashSet<ObjectKey>();
        for (var object : wal) {
            var same = object.type() == ObjectType.WAL_SEGMENT
                    ? pieces.get(Merged.of(object, generation.walSegmentSize()))
                    : null;
            if (same != null && isWhole(object)) {
                same.forEach(piece -> merged.add(piece.key()));
            }
        }
        wal.removeIf(object -> merged.contains(object.key()));
    }

    private boolean isWhole(StoredWal segment) {
        try {
            return repository
                    .objects()
                    .attempt(segment.key(), () -> segment.footer(repository.objects()))
                    .content()
                    .isPresent();
        } catch (ObjectMissingException _) {
            return false;
        }
    }

    /** A segment of a session. */
    private record Merged(ObjectKey folder, WalRange segment) {
        static Merged of(StoredWal object, WalSegmentSize size) {
            var start = size.start(object.range().start());
            return new Merged(
                    object.folder(), new WalRange(object.range().timeline(), start, start.plus(size.bytes())));
        }
    }
}
