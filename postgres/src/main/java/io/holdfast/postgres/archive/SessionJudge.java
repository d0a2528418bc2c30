package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.removal.Contents;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which objects of a capture session are not needed any more. Confined to one thread. */
public final class SessionJudge implements Contents.Judge {

    private static final Logger LOG = LoggerFactory.getLogger(SessionJudge.class);

    private final Repository repository;
    private final ClaimIndex index;
    private final List<WalNeeds> needs;
    private final Instant windowBegin;
    private final BiPredicate<Generation, WalRange> isBefore;

    /**
     * Judges by what is needed.
     *
     * @param needs of each generation, one
     * @param windowBegin WAL that was stored later stays
     * @param isBefore which WAL was there before, though it was stored later
     */
    public SessionJudge(
            Repository repository,
            ClaimIndex index,
            Collection<WalNeeds> needs,
            Instant windowBegin,
            BiPredicate<Generation, WalRange> isBefore) {
        this.repository = repository;
        this.index = index;
        this.needs = List.copyOf(needs);
        this.windowBegin = windowBegin;
        this.isBefore = isBefore;
    }

    @Override
    public Map<StoredObject, String> unneeded(List<StoredObject> session) {
        return new Session(session).judge();
    }

    /** One session, whose objects of one generation belong together. */
    private final class Session {

        private final List<StoredObject> objects;
        private final Map<StoredObject, String> unneeded = new LinkedHashMap<>();

        Session(List<StoredObject> objects) {
            this.objects = objects;
        }

        Map<StoredObject, String> judge() {
            var byGeneration = new TreeMap<Integer, List<StoredObject>>();
            objects.forEach(object -> index.generation(object.key())
                    .ifPresent(generation -> byGeneration
                            .computeIfAbsent(generation.number(), _ -> new ArrayList<>())
                            .add(object)));
            byGeneration.forEach((number, own) -> {
                var generation = index.generation(own.getFirst().key()).orElseThrow();
                var stays = new Wal(generation, own).judge();
                judgeCovered(own, stays);
            });
            objects.stream()
                    .filter(object -> StoredHistories.isOne(object.key()) && index.isRepeated(object.key()))
                    .forEach(object -> unneeded.put(object, "a later session has this history, too"));
            judgeRemains();
            return unneeded;
        }

        /** What says something of a session of which nothing else is left says nothing. */
        private void judgeRemains() {
            if (objects.isEmpty() || index.isNewestSession(objects.getFirst().key())) {
                return;
            }
            var remains = objects.stream()
                    .filter(object -> !unneeded.containsKey(object))
                    .toList();
            if (remains.stream().allMatch(object -> isOfSession(object.key()))) {
                remains.forEach(object -> unneeded.put(object, "nothing else of the session is left"));
            }
        }

        private static boolean isOfSession(ObjectKey key) {
            return key.name().equals("claim")
                    || key.text().contains("/gap/")
                    || key.text().contains("/exposure/")
                    || Coverages.isOne(key);
        }

        /** Of those between which no WAL was stored only the last says something; and of none that is older than all WAL. */
        private void judgeCovered(List<StoredObject> own, List<StoredWal> stays) {
            var oldest = stays.stream().map(StoredWal::stored).min(Instant::compareTo);
            var covered =
                    own.stream().filter(object -> Coverages.isOne(object.key())).toList();
            var stored = stays.stream().map(StoredWal::stored).sorted().toList();
            int next = 0;
            for (int i = 0; i + 1 < covered.size(); i++) {
                var document = covered.get(i);
                var following = covered.get(i + 1).stored();
                while (next < stored.size() && !stored.get(next).isAfter(document.stored())) {
                    next++;
                }
                if (next == stored.size() || stored.get(next).isAfter(following)) {
                    unneeded.put(document, "a later one says more");
                } else if (oldest.filter(document.stored()::isBefore).isPresent()) {
                    unneeded.put(document, "older than all WAL of the session");
                }
            }
        }

        /** Its WAL of one generation. */
        private final class Wal {

            private final Generation generation;
            private final List<StoredObject> own;
            private final Map<Lsn, List<StoredWal>> segments = new HashMap<>();
            private final Map<ObjectKey, Boolean> isWhole = new HashMap<>();

            Wal(Generation generation, List<StoredObject> own) {
                this.generation = generation;
                this.own = own;
            }

            /** Those that stay. */
            List<StoredWal> judge() {
                var stays = new ArrayList<StoredWal>();
                var found = own.stream()
                        .flatMap(object ->
                                StoredWal.of(object, generation.walSegmentSize())
                                        .map(wal -> Map.entry(object, wal))
                                        .stream())
                        .toList();
                found.forEach(entry -> {
                    var wal = entry.getValue();
                    if (wal.type() == ObjectType.WAL_SEGMENT) {
                        segments.computeIfAbsent(wal.range().start(), _ -> new ArrayList<>())
                                .add(wal);
                    }
                });
                found.forEach(entry -> {
                    var wal = entry.getValue();
                    if (!isNeeded(wal)) {
                        unneeded.put(entry.getKey(), "older than the WAL that is kept");
                    } else if (wal.type() == ObjectType.WAL_PIECE && isCovered(wal)) {
                        unneeded.put(entry.getKey(), "a whole segment stands for it");
                    } else {
                        stays.add(wal);
                    }
                });
                return stays;
            }

            private boolean isNeeded(StoredWal wal) {
                return (!wal.stored().isBefore(windowBegin) && !isBefore.test(generation, wal.range()))
                        || needs.stream()
                                .anyMatch(needed ->
                                        needed.generation().equals(generation) && needed.contains(wal.range()));
            }

            private boolean isCovered(StoredWal piece) {
                var start = generation.walSegmentSize().start(piece.range().start());
                return segments.getOrDefault(start, List.of()).stream()
                        .anyMatch(segment -> segment.range()
                                        .timeline()
                                        .equals(piece.range().timeline())
                                && !piece.range().end().isAfter(segment.range().end())
                                && isWhole.computeIfAbsent(segment.key(), _ -> isWhole(segment)));
            }

            /** Its end authenticates and says what its name says: it was written to its end. */
            private boolean isWhole(StoredWal segment) {
                try {
                    return repository
                            .objects()
                            .attempt(segment.key(), () -> segment.footer(repository.objects()))
                            .content()
                            .filter(footer -> footer.range().equals(segment.range()))
                            .isPresent();
                } catch (HoldfastException e) {
                    LOG.warn("a segment cannot be read, its pieces stay segment={}", segment.key(), e);
                    return false;
                }
            }
        }
    }
}
