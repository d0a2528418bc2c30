package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The timeline histories of one generation, read as they are asked for. Of each member only the newest that authenticates is looked
 * at: all its sessions have the same. Confined to one thread.
 */
final class StoredHistories {

    private static final Pattern NAME = Pattern.compile(
            "(claim/[A-Za-z0-9_-]{1,64}/[0-9]{8}|backup/[^/]+)/[0-9]{8}/history/(?!00000000)[0-9A-F]{8}");

    private final Repository repository;

    /** By whom, so that one of each is read: the member, or a word that stands for all backups. */
    private final Map<TimelineId, Map<String, NavigableSet<ObjectKey>>> keys = new TreeMap<>();

    private final Map<TimelineId, Optional<Told>> read = new HashMap<>();

    /** One of them, and where others contradict it. */
    private record Told(ObjectKey key, StoredHistory history, Optional<Divergence> divergence) {}

    StoredHistories(Repository repository) {
        this.repository = repository;
    }

    static boolean isOne(ObjectKey key) {
        return NAME.matcher(key.text()).matches();
    }

    void add(ObjectKey key) {
        var teller = switch (WalOrigin.of(key)) {
            case WalOrigin.Member member -> member.toString();
            case WalOrigin.OfBackup _ -> "backup";
        };
        var timeline = TimelineId.ofHex(key.name());
        keys.computeIfAbsent(timeline, _ -> new TreeMap<>())
                .computeIfAbsent(teller, _ -> new TreeSet<>(Comparator.reverseOrder()))
                .add(key);
        read.remove(timeline);
    }

    Set<TimelineId> timelines() {
        return keys.keySet();
    }

    /** What lies where the histories of a timeline would, if none of it can be read. */
    Optional<ObjectKey> unreadable(TimelineId timeline) {
        return told(timeline).isPresent()
                ? Optional.empty()
                : keys.getOrDefault(timeline, Map.of()).values().stream()
                        .map(NavigableSet::getFirst)
                        .findFirst();
    }

    /** The one that leaves the common way first, if there are several. */
    Optional<StoredHistory> of(TimelineId timeline) {
        return told(timeline).map(Told::history);
    }

    /** Where histories of one timeline part: it was begun by two servers. */
    Optional<Divergence> divergence(TimelineId timeline) {
        return told(timeline).flatMap(Told::divergence);
    }

    private Optional<Told> told(TimelineId timeline) {
        return read.computeIfAbsent(
                timeline,
                _ -> keys.getOrDefault(timeline, Map.of()).values().stream()
                        .flatMap(candidates -> newest(candidates).stream())
                        .reduce((one, other) -> merge(timeline, one, other)));
    }

    private Optional<Told> newest(NavigableSet<ObjectKey> candidates) {
        return candidates.stream()
                .flatMap(key -> repository.objects().readAuthentic(key, StoredHistory.class).stream()
                        .map(history -> new Told(key, history, Optional.empty())))
                .findFirst();
    }

    private static Told merge(TimelineId timeline, Told one, Told other) {
        var mine = one.history().parse();
        var theirs = other.history().parse();
        int common = 0;
        while (forkAt(mine, common).isPresent() && forkAt(mine, common).equals(forkAt(theirs, common))) {
            common++;
        }
        var left = forkAt(mine, common).map(TimelineHistory.Fork::at);
        var right = forkAt(theirs, common).map(TimelineHistory.Fork::at);
        if (left.isEmpty() && right.isEmpty()) {
            return one;
        }
        boolean first =
                right.isEmpty() || left.filter(at -> !at.isAfter(right.get())).isPresent();
        var at = (first ? left : right).orElseThrow();
        var found = Optional.of(new Divergence(timeline, at, folder(one.key()), folder(other.key())));
        var chosen = first ? one : other;
        return new Told(chosen.key(), chosen.history(), WalAgreement.earlier(one.divergence(), found));
    }

    /** Without its reason, which is for people. */
    private static Optional<TimelineHistory.Fork> forkAt(TimelineHistory history, int index) {
        return index < history.forks().size()
                ? Optional.of(new TimelineHistory.Fork(
                        history.forks().get(index).parent(),
                        history.forks().get(index).at(),
                        ""))
                : Optional.empty();
    }

    private static ObjectKey folder(ObjectKey history) {
        var text = history.text();
        return new ObjectKey(text.substring(0, text.indexOf("/history/")));
    }
}
