package io.holdfast.postgres.mirror;

import io.holdfast.postgres.copy.RepositoryCopy;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.mirror.MirrorException;
import io.holdfast.repository.mirror.MirrorsForWriting;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Intents;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.StoreException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The stores of one repository, each of which a recovery may have to do with. A backup gets into another store as a copy, in the order
 * of section 18 of the format: its manifest appears only where all is that it reaches. Confined to one thread.
 */
public final class Mirrors {

    private final Repository repository;
    private final MirrorsForWriting stores;
    private final BackupCopy.Settings settings;
    private final CopyProgress progress;

    /** Backups that need not be looked at again, by the stores they were copied between. */
    private final Map<Pair, Set<BackupId>> known = new HashMap<>();

    private record Pair(int source, int target) {}

    private Mirrors(
            Repository repository, MirrorsForWriting stores, BackupCopy.Settings settings, CopyProgress progress) {
        this.repository = repository;
        this.stores = stores;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Empty where the repository is in one store.
     *
     * @param repository opened for writing
     */
    public static Optional<Mirrors> of(Repository repository, BackupCopy.Settings settings, CopyProgress progress) {
        return repository.store() instanceof MirrorsForWriting stores
                ? Optional.of(new Mirrors(repository, stores, settings, progress))
                : Optional.empty();
    }

    /**
     * Brings a backup that was just taken to all stores that answer. It is in the one that leads already.
     *
     * @throws MirrorException if it is in fewer stores then than the policy asks for
     */
    public void complete(BackupId backup) {
        stores.awaitQuiet();
        var in = new BitSet();
        in.set(stores.leaderNumber());
        Optional<HoldfastException> problem = Optional.empty();
        try (var source = open(stores.leaderNumber())) {
            for (int number = 0; number < stores.count(); number++) {
                if (number == stores.leaderNumber()) {
                    continue;
                }
                try (var target = open(number)) {
                    copy(source, target, new RepositoryCopy.Selection(List.of(backup), false, Set.of()));
                    in.set(number);
                } catch (HoldfastException e) {
                    progress.remark(
                            "backup %s is not in %s yet: %s".formatted(backup, stores.location(number), e.getMessage()),
                            e.hint());
                    problem = problem.or(() -> Optional.of(e));
                }
            }
        } catch (StoreException e) {
            progress.remark(
                    "backup %s is only in %s yet: %s"
                            .formatted(backup, stores.location(stores.leaderNumber()), e.getMessage()),
                    e.hint());
            problem = problem.or(() -> Optional.of(e));
        }
        var lacking = new BitSet();
        lacking.set(0, stores.count());
        lacking.andNot(in);
        stores.lacking(lacking);
        if (!stores.policy().isMet(in, stores.count())) {
            throw MirrorException.notInAll(backup.text(), stores.locations(in), stores.policy(), problem.orElseThrow());
        }
    }

    /** Whether something was stored meanwhile that one of the stores did not get; told once. */
    public boolean isLacking() {
        return !stores.takeLacking().isEmpty();
    }

    /**
     * What one store got from another.
     *
     * @param holds how many objects about holds
     * @param problem why it did not get all; empty if it did
     */
    public record Healed(
            String from,
            String to,
            int holds,
            Optional<RepositoryCopy.Report> report,
            Optional<HoldfastException> problem) {

        /** Whether the one has all that the other has. */
        public boolean isWhole() {
            return problem.isEmpty()
                    && report.filter(done -> done.unusable().isEmpty()).isPresent();
        }
    }

    /**
     * What was found.
     *
     * @param away locations of stores that do not answer, with the reason
     */
    public record Healing(List<Healed> pairs, Map<String, HoldfastException> away) {
        public Healing {
            pairs = List.copyOf(pairs);
            away = Map.copyOf(away);
        }

        /** Whether each store is known to have what any of them has. */
        public boolean isWhole() {
            return away.isEmpty() && pairs.stream().allMatch(Healed::isWhole);
        }
    }

    /** Brings to each store what another has and it lacks. Those that do not answer get it another time. */
    public Healing heal() {
        stores.awaitQuiet();
        var away = new TreeMap<String, HoldfastException>();
        var opened = new TreeMap<Integer, Repository>();
        try {
            for (int number = 0; number < stores.count(); number++) {
                try {
                    opened.put(number, open(number));
                } catch (HoldfastException e) {
                    away.put(stores.location(number), e);
                    // It may come back as another disk.
                    int gone = number;
                    known.keySet().removeIf(pair -> pair.source() == gone || pair.target() == gone);
                }
            }
            var pairs = new ArrayList<Healed>();
            opened.forEach((source, from) -> opened.forEach((target, to) -> {
                if (!source.equals(target)) {
                    pairs.add(heal(new Pair(source, target), from, to));
                }
            }));
            return new Healing(pairs, away);
        } finally {
            opened.values().forEach(Repository::close);
        }
    }

    private Healed heal(Pair pair, Repository source, Repository target) {
        var from = stores.location(pair.source());
        var to = stores.location(pair.target());
        var seen = known.computeIfAbsent(pair, _ -> new HashSet<>());
        var holds = new Holds.Brought(0, Optional.empty());
        try {
            // The first store decides what is held; its holds are there before what they keep.
            if (pair.source() == 0) {
                holds = new Holds(source).bringTo(new Holds(target));
            }
            // What has gone there meanwhile is looked at again,
            seen.retainAll(target.manifests().ids());
            var left = new HashSet<>(seen);
            // but what a keeper has let go there by its policy, or is about to let go here, is not brought back.
            var unwanted = new HashSet<>(new Intents(target).unwanted());
            unwanted.addAll(new Intents(source).announced());
            source.manifests().ids().stream()
                    .filter(id -> unwanted.contains(id.manifestKey()))
                    .forEach(left::add);
            var report = copy(source, target, new RepositoryCopy.Selection(List.of(), false, left, unwanted));
            report.backups().forEach(backup -> seen.add(backup.backup()));
            return new Healed(
                    from,
                    to,
                    holds.objects(),
                    Optional.of(report),
                    holds.problem().map(HoldfastException.class::cast));
        } catch (HoldfastException e) {
            return new Healed(from, to, holds.objects(), Optional.empty(), Optional.of(e));
        }
    }

    private RepositoryCopy.Report copy(Repository source, Repository target, RepositoryCopy.Selection selection) {
        CopyTarget.renew(source, target, progress);
        return new RepositoryCopy(source, target, selection, settings, progress).run();
    }

    private Repository open(int number) {
        var store = stores.openApart(number);
        try {
            return repository.openElsewhere(store);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }
}
