package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The timeline histories of one generation, read as they are asked for. Of each member only the newest is looked at: all
 * its sessions have the same. Confined to one thread.
 */
final class StoredHistories {

    private final Repository repository;

    /** By whom, so that one of each is read: the member, or a word that stands for all backups. */
    private final Map<TimelineId, Map<String, ObjectKey>> keys = new TreeMap<>();

    private final Map<TimelineId, Told> read = new HashMap<>();

    /** One of them, and where others contradict it. */
    private record Told(ObjectKey key, StoredHistory history, Optional<Divergence> divergence) {}

    StoredHistories(Repository repository) {
        this.repository = repository;
    }

    static boolean isOne(ObjectKey key) {
        return key.text().contains("/history/");
    }

    void add(ObjectKey key) {
        var teller = switch (WalOrigin.of(key)) {
            case WalOrigin.Member member -> member.toString();
            case WalOrigin.OfBackup _ -> "backup";
        };
        keys.computeIfAbsent(TimelineId.ofHex(key.name()), _ -> new TreeMap<>()).put(teller, key);
    }

    Set<TimelineId> timelines() {
        return keys.keySet();
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
        var known = keys.getOrDefault(timeline, Map.of());
        return known.isEmpty()
                ? Optional.empty()
                : Optional.of(read.computeIfAbsent(timeline, _ -> read(timeline, known.values())));
    }

    private Told read(TimelineId timeline, Collection<ObjectKey> tellers) {
        return tellers.stream()
                .map(key ->
                        new Told(key, repository.objects().readDocument(key, StoredHistory.class), Optional.empty()))
                .reduce((one, other) -> merge(timeline, one, other))
                .orElseThrow();
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
