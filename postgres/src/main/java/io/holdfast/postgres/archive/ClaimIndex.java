package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
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
    private final List<Unreadable> unreadableGenerations = new ArrayList<>();
    /** The sessions of each member; those after the newest genuine one are none. */
    private final Map<String, NavigableSet<Integer>> sessions = new HashMap<>();

    private final Map<String, Integer> newestSessions = new HashMap<>();

    /** The keys of each history of a member in a generation, by what all of them have in common. */
    private final Map<String, NavigableSet<ObjectKey>> histories = new HashMap<>();

    private final Map<String, Optional<ObjectKey>> newestHistories = new HashMap<>();

    private Optional<Instant> newest = Optional.empty();

    /** What is known of one generation. */
    private static final class Known {

        private final Generation generation;
        private final StoredHistories histories;
        private final Map<TimelineId, Newest> timelines = new TreeMap<>();
        private final ListedWal wal = new ListedWal();
        private final Map<BackupId, ListedWal> ownWal = new HashMap<>();

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
        for (var found : Generation.look(repository)) {
            switch (found) {
                case Reading.Sound<Generation>(var generation) ->
                    generations.put(generation.number(), new Known(generation, repository));
                case Reading.Unsound<Generation>(var object) -> unreadableGenerations.add(object);
            }
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
        sessions.computeIfAbsent(session.group(1), _ -> new TreeSet<>()).add(Integer.parseInt(session.group(2)));
        newest = newest.filter(time -> !time.isBefore(object.stored())).or(() -> Optional.of(object.stored()));
        known(object.key()).ifPresent(known -> {
            if (StoredHistories.isOne(object.key())) {
                known.histories.add(object.key());
                histories
                        .computeIfAbsent(historyOf(object.key()), _ -> new TreeSet<>())
                        .add(object.key());
            }
            StoredWal.of(object, known.generation.walSegmentSize()).ifPresent(wal -> {
                known.timelines.merge(wal.range().timeline(), Newest.of(wal), Newest::with);
                known.wal.add(wal.range());
            });
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

    /** Adds the WAL and the histories that a backup has stored for itself. */
    public void addOwn(BackupId backup, int generation) {
        known(generation).ifPresent(known -> {
            var own = known.ownWal.computeIfAbsent(backup, _ -> new ListedWal());
            try (var found = repository
                    .store()
                    .list(WalSource.of(backup, known.generation).folder())) {
                found.forEach(object -> {
                    if (StoredHistories.isOne(object.key())) {
                        known.histories.add(object.key());
                    }
                    StoredWal.of(object, known.generation.walSegmentSize()).ifPresent(wal -> own.add(wal.range()));
                });
            }
        });
    }

    /** Whether all WAL is listed that a recovery of a backup reads between two positions, if it follows a history. */
    public boolean leads(BackupId backup, int generation, TimelineHistory history, Lsn from, Lsn to) {
        return known(generation)
                .filter(known -> known.wal.leads(
                        history,
                        from,
                        to,
                        known.ownWal.getOrDefault(backup, new ListedWal()),
                        known.generation.walSegmentSize()))
                .isPresent();
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
        return newestSession(parts[1]) <= Integer.parseInt(parts[2]);
    }

    /** 0 if none of a member authenticates. */
    private int newestSession(String member) {
        return newestSessions.computeIfAbsent(
                member,
                _ -> sessions.getOrDefault(member, new TreeSet<>()).descendingSet().stream()
                        .filter(session -> isGenuine(member, session))
                        .findFirst()
                        .orElse(0));
    }

    private boolean isGenuine(String member, int session) {
        return MemberName.isValid(member)
                && ClaimDocument.read(repository, new Claim(new MemberName(member), session).key())
                        .isPresent();
    }

    /** Whether a later session of the member has the same: what does not authenticate stands for nothing. */
    boolean isRepeated(ObjectKey key) {
        var name = historyOf(key);
        return newestHistories
                .computeIfAbsent(
                        name,
                        _ -> histories.getOrDefault(name, new TreeSet<>()).descendingSet().stream()
                                .filter(history -> repository
                                        .objects()
                                        .readAuthentic(history, StoredHistory.class)
                                        .isPresent())
                                .findFirst())
                .filter(newest -> key.compareTo(newest) < 0)
                .isPresent();
    }

    /** What does not authenticate, and without which it is not known what is needed: generations, and histories of which no copy does. */
    public List<Unreadable> unreadable() {
        var found = new ArrayList<>(unreadableGenerations);
        for (var known : generations.values()) {
            for (var timeline : known.histories.timelines()) {
                known.histories
                        .unreadable(timeline)
                        .map(key -> new Unreadable(
                                key, "no history of timeline %s authenticates, '%s' does not".formatted(timeline, key)))
                        .ifPresent(found::add);
            }
        }
        return found;
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
