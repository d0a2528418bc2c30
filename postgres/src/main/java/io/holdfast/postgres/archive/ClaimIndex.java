package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a listing of all claims says, without remembering each object: which sessions are the newest, what is the newest of each timeline, and
 * who has the histories. Confined to one thread.
 */
public final class ClaimIndex {

    private static final ObjectKey CLAIMS = ObjectKey.of("claim");
    private static final Pattern SESSION = Pattern.compile("claim/([^/]+)/([0-9]{8})/.*");

    private final Repository repository;
    private final Map<Integer, Known> generations = new TreeMap<>();
    private final Map<String, Integer> newestSessions = new HashMap<>();

    /** The newest key of each history of a member in a generation, by what all of them have in common. */
    private final Map<String, ObjectKey> newestHistories = new HashMap<>();

    private Optional<Instant> newest = Optional.empty();

    /** What is known of one generation. */
    private static final class Known {

        private final Generation generation;
        private final StoredHistories histories;
        private final Map<TimelineId, Newest> timelines = new TreeMap<>();

        Known(Generation generation, Repository repository) {
            this.generation = generation;
            this.histories = new StoredHistories(repository);
        }
    }

    /**
     * The newest of a timeline.
     *
     * @param end the highest position that is stored
     */
    private record Newest(Instant stored, Lsn end) {

        static Newest of(StoredWal wal) {
            return new Newest(wal.stored(), wal.range().end());
        }

        Newest with(Newest other) {
            return new Newest(other.stored.isAfter(stored) ? other.stored : stored, Lsn.later(end, other.end));
        }
    }

    private ClaimIndex(Repository repository) {
        this.repository = repository;
        for (var generation : Generation.all(repository)) {
            generations.put(generation.number(), new Known(generation, repository));
        }
    }

    public static ClaimIndex read(Repository repository) {
        var index = new ClaimIndex(repository);
        index.forEach(index::add);
        return index;
    }

    private void forEach(Consumer<StoredObject> action) {
        try (var objects = repository.store().list(CLAIMS)) {
            objects.forEach(action);
        }
    }

    private void add(StoredObject object) {
        var session = SESSION.matcher(object.key().text());
        if (!session.matches()) {
            return;
        }
        newestSessions.merge(session.group(1), Integer.parseInt(session.group(2)), Math::max);
        newest = newest.filter(time -> !time.isBefore(object.stored())).or(() -> Optional.of(object.stored()));
        known(object.key()).ifPresent(known -> {
            if (StoredHistories.isOne(object.key())) {
                known.histories.add(object.key());
                newestHistories.put(historyOf(object.key()), object.key());
            }
            StoredWal.of(object, known.generation.walSegmentSize())
                    .ifPresent(wal -> known.timelines.merge(wal.range().timeline(), Newest.of(wal), Newest::with));
        });
    }

    /** The member, the generation and the timeline, but not the session. */
    private static String historyOf(ObjectKey key) {
        var parts = key.text().split("/", -1);
        return "%s/%s/%s".formatted(parts[1], parts[3], key.name());
    }

    private Optional<Known> known(ObjectKey key) {
        return generations.values().stream()
                .filter(known -> known.generation.holds(key))
                .findFirst();
    }

    private Optional<Known> known(int generation) {
        return Optional.ofNullable(generations.get(generation));
    }

    /** Of an object of a session, if it is of one that is known. */
    Optional<Generation> generation(ObjectKey key) {
        return known(key).map(known -> known.generation);
    }

    public List<Generation> generations() {
        return generations.values().stream().map(known -> known.generation).toList();
    }

    /** Adds the histories that a backup has stored for itself. */
    public void addHistories(BackupId backup, int generation) {
        known(generation).ifPresent(known -> {
            var folder = WalSource.of(backup, known.generation).folder().child("history");
            try (var found = repository.store().list(folder)) {
                found.forEach(object -> known.histories.add(object.key()));
            }
        });
    }

    /** Those that hold WAL or have a history. */
    public SortedSet<TimelineId> timelines(int generation) {
        var all = new TreeSet<TimelineId>();
        known(generation).ifPresent(known -> {
            all.addAll(known.timelines.keySet());
            all.addAll(known.histories.timelines());
        });
        return Collections.unmodifiableSortedSet(all);
    }

    /** As far as it is known: one whose file is missing seems to have no parents. */
    public TimelineHistory history(int generation, TimelineId timeline) {
        return known(generation)
                .flatMap(known -> known.histories.of(timeline))
                .map(StoredHistory::parse)
                .orElseGet(() -> TimelineHistory.withoutParents(timeline));
    }

    /** When the newest WAL of a timeline was stored. */
    public Optional<Instant> newest(int generation, TimelineId timeline) {
        return known(generation)
                .flatMap(known -> Optional.ofNullable(known.timelines.get(timeline)))
                .map(Newest::stored);
    }

    /** When the newest object of any session was stored. */
    public Optional<Instant> newest() {
        return newest;
    }

    boolean isNewestSession(ObjectKey folder) {
        var parts = folder.text().split("/", -1);
        return newestSessions.getOrDefault(parts[1], 0) == Integer.parseInt(parts[2]);
    }

    boolean isNewestHistory(ObjectKey key) {
        return key.equals(newestHistories.get(historyOf(key)));
    }

    /** Adds what was stored at a time or later, from the segment on that was current then. */
    public void addSince(Instant time, Collection<WalNeeds> needs) {
        var first = new HashMap<Integer, Map<TimelineId, Lsn>>();
        forEach(object -> known(object.key())
                .ifPresent(known -> StoredWal.of(object, known.generation.walSegmentSize())
                        .filter(wal -> !wal.stored().isBefore(time))
                        .ifPresent(wal -> first.computeIfAbsent(known.generation.number(), _ -> new HashMap<>())
                                .merge(wal.range().timeline(), wal.range().start(), Lsn::earlier))));
        for (var needed : needs) {
            int number = needed.generation().number();
            var found = first.getOrDefault(number, Map.of());
            known(number)
                    .ifPresent(known -> known.timelines.forEach((timeline, newest) ->
                            needed.add(timeline, found.getOrDefault(timeline, newest.end()), WalAgreement.NO_LIMIT)));
        }
    }
}
