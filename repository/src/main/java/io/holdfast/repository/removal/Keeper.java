package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.removal.RemovalReport.Tally;
import io.holdfast.repository.repack.RepackLists;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLockedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes what nothing needs: condemns it in one run, and removes it in a later one, if it is then still unneeded. Several may run at
 * once, and each may be stopped at any point: they only repeat each other. Confined to one thread.
 */
public final class Keeper {

    /** Objects in one list: some megabytes of JSON. */
    private static final int MOST_IN_LIST = 20_000;

    /** A backup of days may have a pack open for long, and prolongs its intent meanwhile. */
    private static final Duration UNFINISHED = Intents.LIFE.multipliedBy(14);

    private final Repository repository;
    private final Repository read;
    private final Contents contents;
    private final RetentionPolicy policy;
    private final Duration grace;
    private final int mostInList;

    /**
     * For any number of runs, if the contents are.
     *
     * @param grace how long what is condemned stays, by the store's clock
     */
    public Keeper(Repository repository, Contents contents, RetentionPolicy policy, Duration grace) {
        this(repository, repository, contents, policy, grace, MOST_IN_LIST);
    }

    /**
     * The same with what does not count.
     *
     * @param foreign of no repository: as if they were not there
     * @param contents of what is left without them
     */
    public Keeper(
            Repository repository, ForeignObjects foreign, Contents contents, RetentionPolicy policy, Duration grace) {
        this(repository, foreign.without(repository), contents, policy, grace, MOST_IN_LIST);
    }

    Keeper(Repository repository, Contents contents, RetentionPolicy policy, Duration grace, int mostInList) {
        this(repository, repository, contents, policy, grace, mostInList);
    }

    private Keeper(
            Repository repository,
            Repository read,
            Contents contents,
            RetentionPolicy policy,
            Duration grace,
            int mostInList) {
        this.repository = repository;
        this.read = read;
        this.contents = contents;
        this.policy = policy;
        this.grace = grace;
        this.mostInList = mostInList;
    }

    /**
     * What {@link #run} would do now; changes nothing.
     *
     * @throws RemovalException if the listing may lack something; whether a store creates an object once shows only when it is
     *     opened for writing
     */
    public RemovalReport plan() {
        require(Capability.CONSISTENT_LISTING);
        return new Round().report();
    }

    private void require(Capability needed) {
        if (!repository.store().capabilities().contains(needed)) {
            throw RemovalException.unsafeStore(repository.store().location(), needed);
        }
    }

    /**
     * Removes what was condemned long enough ago and is still unneeded, and condemns what else is unneeded.
     *
     * @throws RemovalException if the store does not promise what it takes: then nothing is touched
     */
    public RemovalReport run() {
        require(Capability.CONSISTENT_LISTING);
        require(Capability.CONDITIONAL_CREATE);
        var round = new Round();
        round.remove();
        round.condemn();
        round.finishLists();
        round.sweep();
        round.repack();
        return round.report();
    }

    /** One look at everything, and what follows from it. */
    private final class Round {

        /** Read before the survey: what protects something was read after each list was written. */
        private final CondemnLists lists = CondemnLists.read(read);

        private final Map<ObjectKey, CondemnLists.Stored> listed = new HashMap<>();
        private final Survey survey = new Survey(read, contents, policy, grace);
        private final List<Unneeded> removable = new ArrayList<>();
        private final List<Unneeded> waiting = new ArrayList<>();
        private final List<Unneeded> fresh = new ArrayList<>();
        private final Set<Unneeded> locked = new LinkedHashSet<>();
        private boolean manifestStays;
        private Optional<Instant> lockedUntil = Optional.empty();
        private long unfinished;
        private Optional<Instant> announced = Optional.empty();
        private final Set<ObjectKey> present = new HashSet<>();
        private final Set<ObjectKey> unneeded = new HashSet<>();

        Round() {
            for (var list : lists.all()) {
                if (list.done().isEmpty()) {
                    list.content().keys().forEach(key -> listed.merge(key, list, Round::later));
                }
            }
            survey.list(this::note, this::sort);
        }

        private static CondemnLists.Stored later(CondemnLists.Stored one, CondemnLists.Stored other) {
            return other.stored().isAfter(one.stored()) ? other : one;
        }

        private void note(ObjectKey key) {
            if (listed.containsKey(key)) {
                present.add(key);
            }
        }

        private void sort(Unneeded found) {
            var object = found.object();
            var list = listed.get(object.key());
            if (list == null || object.stored().isAfter(list.stored())) {
                // What somebody is just writing may belong to something that was not there when we looked.
                if (isOver(object.stored())) {
                    fresh.add(found);
                }
                return;
            }
            unneeded.add(object.key());
            (isOver(list.stored()) ? removable : waiting).add(found);
        }

        private boolean isOver(Instant begun) {
            return !begun.plus(grace).isAfter(survey.now());
        }

        void remove() {
            removable.sort(Comparator.comparingInt(Unneeded::rank));
            for (var found : removable) {
                if (found.rank() > 0 && manifestStays) {
                    // What a backup reaches must not go before the backup has: the next run's survey keeps it.
                    locked.add(found);
                } else {
                    remove(found);
                }
            }
            removable.removeAll(locked);
        }

        private void remove(Unneeded found) {
            try {
                repository.store().remove(found.object().key());
            } catch (ObjectLockedException e) {
                locked.add(found);
                manifestStays |= found.rank() == 0;
                lockedUntil =
                        Stream.concat(lockedUntil.stream(), e.until().stream()).max(Comparator.naturalOrder());
            }
        }

        /** What is still being uploaded may belong to somebody who lives: nobody takes so long over one object. */
        void sweep() {
            unfinished = repository.store().sweepUnfinished(survey.now().minus(UNFINISHED));
        }

        /** So that a pack of which little is used can go when the backups of before have. */
        void repack() {
            var sparse = survey.sparse();
            if (!sparse.isEmpty() || survey.wasAsked()) {
                survey.newest().ifPresent(newest -> RepackLists.ask(repository, newest, sparse));
            }
        }

        void condemn() {
            for (int from = 0; from < fresh.size(); from += mostInList) {
                var part = fresh.subList(from, Math.min(fresh.size(), from + mostInList));
                int number = lists.write(repository, new CondemnList(CondemnList.VERSION, groups(part)));
                repository
                        .store()
                        .find(CondemnLists.key(number))
                        .ifPresent(list -> announced = Optional.of(list.stored()));
            }
        }

        private static List<CondemnList.Group> groups(List<Unneeded> part) {
            var entries = new LinkedHashMap<List<String>, List<CondemnList.Entry>>();
            part.forEach(found -> entries.computeIfAbsent(List.of(found.of(), found.reason()), _ -> new ArrayList<>())
                    .add(new CondemnList.Entry(
                            found.object().key().text(), found.object().size())));
            return entries.entrySet().stream()
                    .map(group -> new CondemnList.Group(
                            group.getKey().get(0), group.getKey().get(1), group.getValue()))
                    .toList();
        }

        /** All of a list that is over was removed or spared now. Lists are kept until nobody can build upon what they name. */
        void finishLists() {
            int newest = lists.newest();
            for (var list : lists.all()) {
                if (list.done().isEmpty()) {
                    if (isOver(list.stored()) && !namesLocked(list)) {
                        finish(list);
                    }
                } else if (list.number() != newest && list.isForgotten(survey.now())) {
                    removeList(list.number());
                }
            }
            // Of a keeper that was stopped between the two.
            lists.left().forEach(number -> removeUnlessLocked(CondemnLists.doneKey(number)));
        }

        private void removeList(int number) {
            if (removeUnlessLocked(CondemnLists.key(number))) {
                removeUnlessLocked(CondemnLists.doneKey(number));
            }
        }

        /** A list may be locked, too, by who put something over it: it goes in a later run. */
        private boolean removeUnlessLocked(ObjectKey key) {
            try {
                repository.store().remove(key);
                return true;
            } catch (ObjectLockedException _) {
                return false;
            }
        }

        /** What is locked is tried again by every run, until its lock has run out. */
        private boolean namesLocked(CondemnLists.Stored list) {
            return locked.stream()
                    .anyMatch(found -> list.equals(listed.get(found.object().key())));
        }

        private void finish(CondemnLists.Stored list) {
            long spared = spared(list);
            lists.finish(repository, list.number(), list.content().stream().count() - spared, spared);
        }

        /** What is still there and needed, or another object of the same name. */
        private long spared(CondemnLists.Stored list) {
            return list.content().stream()
                    .filter(key -> present.contains(key) && !unneeded.contains(key))
                    .count();
        }

        RemovalReport report() {
            var open =
                    lists.all().stream().filter(list -> list.done().isEmpty()).toList();
            var next = fresh.isEmpty()
                    ? open.stream()
                            .map(CondemnLists.Stored::stored)
                            .filter(stored -> !isOver(stored))
                            .max(Comparator.naturalOrder())
                    : announced.or(() -> Optional.of(survey.now()));
            return new RemovalReport(
                    survey.verdicts(),
                    tally(fresh),
                    tally(waiting),
                    tally(removable),
                    tally(List.copyOf(locked)),
                    lockedUntil,
                    unfinished,
                    open.stream()
                            .filter(list -> isOver(list.stored()))
                            .mapToLong(this::spared)
                            .sum(),
                    next.map(from -> from.plus(grace)),
                    survey.sparse().size(),
                    survey.deadBytes());
        }

        private static List<Tally> tally(List<Unneeded> found) {
            var tallies = new LinkedHashMap<List<String>, Tally>();
            found.forEach(one -> tallies.merge(
                    List.of(one.of(), one.reason()),
                    new Tally(one.of(), one.reason(), 1, one.object().size()),
                    (a, b) -> new Tally(a.of(), a.reason(), a.objects() + b.objects(), a.bytes() + b.bytes())));
            return List.copyOf(tallies.values());
        }
    }
}
