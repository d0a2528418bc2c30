package io.holdfast.postgres.copy;

import io.holdfast.postgres.restore.Reachability;
import io.holdfast.postgres.restore.RecoveryCatalogue;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestorePlanner;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyException;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.Missing;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** One run of copying. What it says of a backup was looked at where it was copied to. Confined to one thread. */
public final class RepositoryCopy {

    /** Read-only to everybody and signed or authenticated: they say the same in every store. */
    private static final List<ObjectKey> RECORDS = List.of(ObjectKey.of("plan"), ObjectKey.of("evidence"));

    private final Repository source;
    private final Repository target;
    private final Selection selection;
    private final Choice choice;
    private final BackupCopy copies;

    /**
     * What is copied.
     *
     * @param backups in which order does not matter; empty: all, with all WAL, plans and evidence
     * @param wal whether all WAL comes along from the first of the backups on, by which any moment after it can be recovered
     * @param known backups that are not looked at, since this process has copied them
     * @param unwanted objects of WAL that are not copied, since they were removed from the other place
     */
    public record Selection(List<BackupId> backups, boolean wal, Set<BackupId> known, Set<ObjectKey> unwanted) {

        public Selection {
            backups = List.copyOf(backups);
            known = Set.copyOf(known);
            unwanted = Set.copyOf(unwanted);
        }

        /** With all WAL that there is. */
        public Selection(List<BackupId> backups, boolean wal, Set<BackupId> known) {
            this(backups, wal, known, Set.of());
        }

        boolean isOfEverything() {
            return backups.isEmpty();
        }
    }

    /**
     * What was done.
     *
     * @param unusable backups of all that were left out, since what they need is not complete
     * @param walObjects and {@code walBytes} beside those of the backups
     */
    public record Report(
            List<BackupCopy.Result> backups, List<Unusable> unusable, long walObjects, long walBytes, long records) {
        public Report {
            backups = List.copyOf(backups);
            unusable = List.copyOf(unusable);
        }

        /** Whether anything was copied. */
        public boolean isNews() {
            return walObjects + records > 0 || backups.stream().anyMatch(backup -> backup.objects() > 0);
        }
    }

    /**
     * A backup that was left out.
     *
     * @param changes whether that may be otherwise by and by, as when WAL arrives
     */
    public record Unusable(BackupId backup, HoldfastException why, boolean changes) {}

    /**
     * Copies nothing yet.
     *
     * @param target as {@link io.holdfast.repository.copy.CopyTarget#open} has opened it
     */
    public RepositoryCopy(
            Repository source,
            Repository target,
            Selection selection,
            BackupCopy.Settings settings,
            CopyProgress progress) {
        this.source = source;
        this.target = target;
        this.selection = selection;
        this.choice = new Choice(source, selection);
        this.copies = new BackupCopy(source, target, settings, progress);
    }

    /**
     * What would be copied.
     *
     * @param backups that are not there yet
     */
    public record Plan(List<BackupId> backups, long objects, long bytes) {
        public Plan {
            backups = List.copyOf(backups);
        }
    }

    /**
     * Looks whether all that is asked for is there, before anything is made anywhere.
     *
     * @throws io.holdfast.repository.copy.CopyException if not
     */
    public static void requireThere(Repository source, Selection selection) {
        selection.backups().forEach(id -> Choice.find(source, id));
    }

    /**
     * Says what a run would copy; changes nothing.
     *
     * @param store empty where nothing is yet
     */
    public static Plan plan(Repository source, Optional<ObjectStore> store, Selection selection) {
        var choice = new Choice(source, selection);
        var chosen = choice.backups();
        var missing = new Missing(source, store);
        for (var manifest : chosen) {
            missing.addBackup(manifest, choice.neededBy(manifest).objects());
        }
        choice.walFrom(chosen).forEach(wal -> missing.add(wal.objects()));
        return new Plan(missing.backups(), missing.objects(), missing.bytes());
    }

    /** Lets a run end soon, with what it holds released. May be called by any thread. */
    public void cancel() {
        copies.cancel();
    }

    /**
     * Copies what is not there yet, backups first.
     *
     * @throws HoldfastException at the first backup that cannot be copied, unless all are; what was copied before it stays
     */
    public Report run() {
        var chosen = choice.backups();
        var here = new Reaches(source);
        var unusable = new ArrayList<Unusable>();
        var copied = new ArrayList<BackupCopy.Result>();
        for (var manifest : chosen) {
            var reach = here.of(manifest);
            if (!(reach instanceof Reachability.Reachable)) {
                leaveOut(CopyRefusedException.unusable(manifest.id(), reach.explain()), unusable, manifest, true);
                continue;
            }
            try {
                copied.add(copies.copy(manifest.id(), choice.neededBy(manifest)));
            } catch (StoreException e) {
                throw e;
            } catch (HoldfastException e) {
                leaveOut(e, unusable, manifest, false);
            }
        }
        long[] wal = {0, 0};
        for (var behind : choice.walFrom(chosen)) {
            var result = copies.copyWal(behind);
            wal[0] += result.objects();
            wal[1] += result.bytes();
        }
        long records = selection.isOfEverything() ? copies.copyRecords(RECORDS) : 0;
        lookWhatIsRestorable(copied, chosen, unusable);
        return new Report(copied, unusable, wal[0], wal[1], records);
    }

    /** Of everything, one that cannot be copied keeps no other from it. */
    private void leaveOut(HoldfastException why, List<Unusable> unusable, Manifest manifest, boolean changes) {
        if (!selection.isOfEverything() || (why instanceof CopyException copy && copy.isCancel())) {
            throw why;
        }
        unusable.add(new Unusable(manifest.id(), why, changes));
    }

    /** Whether backups can be restored, as their repository was when the first of a generation was asked about. */
    private static final class Reaches {

        private final Repository repository;
        private final Map<Integer, RestorePlanner> planners = new HashMap<>();

        Reaches(Repository repository) {
            this.repository = repository;
        }

        Reachability of(Manifest manifest) {
            return planners.computeIfAbsent(
                            manifest.generation(),
                            number -> new RestorePlanner(RecoveryCatalogue.load(repository, OptionalInt.of(number))))
                    .decide(new RecoveryTarget.Immediate(), Optional.empty(), Optional.of(manifest.id()));
        }
    }

    private void lookWhatIsRestorable(List<BackupCopy.Result> copied, List<Manifest> chosen, List<Unusable> unusable) {
        var ids = copied.stream().map(BackupCopy.Result::backup).collect(Collectors.toSet());
        var there = new Reaches(target);
        for (var manifest : chosen) {
            if (ids.contains(manifest.id()) && !(there.of(manifest) instanceof Reachability.Reachable)) {
                var why = CopyRefusedException.notRestorable(
                        manifest.id(),
                        target.store().location(),
                        there.of(manifest).explain());
                leaveOut(why, unusable, manifest, true);
                copied.removeIf(result -> result.backup().equals(manifest.id()));
            }
        }
    }
}
