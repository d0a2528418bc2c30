package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.repack.RepackLists;
import io.holdfast.repository.retention.Candidate;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.retention.Retention;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.retention.Verdict;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is needed at one moment, and why the rest is not. Everything that protects something is read before the objects are
 * listed. Confined to one thread.
 */
final class Survey {

    private static final Pattern OF_BACKUP = Pattern.compile("backup/([^/]+)/.+");
    private static final Pattern SESSION = Pattern.compile("(claim/[^/]+/[0-9]{8})/.+");

    private final Repository repository;
    private final Instant now;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Map<BackupId, String> expired = new HashMap<>();
    private final Set<BackupId> kept = new HashSet<>();
    private final Set<BackupId> living = new HashSet<>();
    private final Set<BackupId> sources = new HashSet<>();
    private final Set<ObjectKey> endedHolds;
    private Reach reach;
    private final Contents.Judge judge;
    private final List<RepackLists.Sparse> sparse = new ArrayList<>();
    private final OptionalInt newestRepackList;
    private final Optional<Manifest> newest;
    private long deadBytes;

    /**
     * Reads all that protects something.
     *
     * @param grace what was stored since cannot go yet
     * @throws RemovalException if some of it cannot be read
     */
    Survey(Repository repository, Contents contents, RetentionPolicy policy, Duration grace) {
        this.repository = repository;
        this.now = repository.store().now();
        this.reach = new Reach(repository.objects());
        var begun = new Intents(repository).living(now);
        var holds = new Holds(repository);
        var unreadable = new ArrayList<>(holds.unreadable());
        var inForce = holds.inForce(now);
        this.endedHolds = Set.copyOf(holds.endedBefore(now.minus(Intents.LIFE)));
        // After the intents: what was committed meanwhile is seen here.
        var found = repository.manifests().look();
        var manifests = found.stored();
        unreadable.addAll(found.unreadable());
        var counting = manifests.stream().filter(manifest -> !manifest.isVoid()).toList();
        var committed = manifests.stream().map(stored -> stored.manifest().id()).collect(Collectors.toSet());
        var intents = begun.living().stream()
                .filter(intent -> !committed.contains(intent.backup()))
                .toList();
        begun.unreadable().forEach((backup, intent) -> {
            if (!committed.contains(backup)) {
                unreadable.add(intent);
            }
        });
        var history = contents.history(counting);
        unreadable.addAll(history.unreadable());
        if (!unreadable.isEmpty()) {
            throw RemovalException.unreadable(unreadable);
        }
        var asOf = asOf(history, counting);
        Function<List<Candidate>, List<Manifest>> decide = candidates -> {
            var decided = Retention.decide(candidates, history.branches(), inForce, policy, asOf).stream()
                    .map(this::unlessLocked)
                    .map(verdict -> unlessJustStored(verdict, counting, grace))
                    .toList();
            return staying(decided, manifests, intents);
        };
        var staying = decide.apply(history.candidates());
        var missing = missing(begun.packs());
        var lacking = missing.isEmpty() ? Set.<BackupId>of() : thoseThatReach(missing, counting);
        if (!lacking.isEmpty()) {
            staying = decide.apply(history.candidates().stream()
                    .map(candidate -> lacking.contains(candidate.id()) ? candidate.withoutWhole() : candidate)
                    .toList());
        }
        this.newestRepackList = RepackLists.newestNumber(repository);
        this.newest = staying.stream()
                .max(Comparator.comparingInt(Manifest::generation).thenComparing(Manifest::begun));
        this.judge = contents.judge(new Contents.Kept(
                staying,
                lacking,
                inForce,
                intents.stream().map(Intents.Living::since).toList(),
                asOf));
    }

    /** Where nothing new arrives, nothing gets old: neither a clock that jumps nor a capture that has died empties a repository. */
    private Instant asOf(Contents.History history, List<StoredManifest> manifests) {
        return Stream.concat(history.newest().stream(), manifests.stream().map(StoredManifest::stored))
                .max(Comparator.naturalOrder())
                .filter(newest -> newest.isBefore(now))
                .orElse(now);
    }

    /** One that is older than its arrival here may be let go at once, but not what it reaches before its manifest is. */
    private Verdict unlessJustStored(Verdict verdict, List<StoredManifest> manifests, Duration grace) {
        return verdict instanceof Verdict.Expire(var backup, var reason)
                        && manifests.stream()
                                .anyMatch(found -> found.manifest().id().equals(backup)
                                        && found.stored().plus(grace).isAfter(now))
                ? new Verdict.Keep(backup, List.of("stored here a moment ago (%s)".formatted(reason)))
                : verdict;
    }

    /** While its manifest cannot be removed, a backup must stay restorable. */
    private Verdict unlessLocked(Verdict verdict) {
        if (!(verdict instanceof Verdict.Expire(var backup, var reason))
                || !repository.store().capabilities().contains(Capability.RETENTION_LOCK)) {
            return verdict;
        }
        return repository
                .store()
                .notRemovableUntil(backup.manifestKey())
                .filter(end -> end.isAfter(now))
                .<Verdict>map(end -> new Verdict.Keep(
                        backup,
                        List.of((end.equals(Instant.MAX) ? "on legal hold (%s)" : "locked until " + end + " (%s)")
                                .formatted(reason))))
                .orElse(verdict);
    }

    /** Packs that a backup which stays reaches, and that are not there. */
    private Set<PackId> missing(Set<PackId> listed) {
        return reach.packs().stream()
                .filter(pack -> !listed.contains(pack)
                        && repository.store().find(pack.key()).isEmpty())
                .collect(Collectors.toSet());
    }

    private Set<BackupId> thoseThatReach(Set<PackId> missing, List<StoredManifest> manifests) {
        return manifests.stream()
                .map(StoredManifest::manifest)
                .filter(manifest -> reaches(manifest, missing))
                .map(Manifest::id)
                .collect(Collectors.toSet());
    }

    /** Also if what it reaches cannot be read. */
    private boolean reaches(Manifest manifest, Set<PackId> missing) {
        try {
            var own = new Reach(repository.objects());
            own.add(manifest);
            return own.packs().stream().anyMatch(missing::contains);
        } catch (DamagedObjectException | ObjectMissingException _) {
            return true;
        }
    }

    /** Those that stay, which are reached from then on. */
    private List<Manifest> staying(
            List<Verdict> decided, List<StoredManifest> manifests, List<Intents.Living> intents) {
        verdicts.clear();
        kept.clear();
        expired.clear();
        verdicts.addAll(decided);
        judge(manifests, intents);
        var staying = manifests.stream()
                .map(StoredManifest::manifest)
                .filter(manifest -> kept.contains(manifest.id()))
                .toList();
        reach = new Reach(repository.objects());
        staying.forEach(reach::add);
        return staying;
    }

    private void judge(List<StoredManifest> manifests, List<Intents.Living> intents) {
        for (var found : manifests) {
            if (found.isVoid()) {
                var verdict = new Verdict.Expire(
                        found.manifest().id(), "void: its manifest was stored after its intent had died");
                verdicts.add(verdict);
            }
        }
        for (var verdict : verdicts) {
            switch (verdict) {
                case Verdict.Keep keep -> kept.add(keep.backup());
                case Verdict.Expire expire -> expired.put(expire.backup(), expire.reason());
            }
        }
        for (var intent : intents) {
            living.add(intent.backup());
            intent.parent().ifPresent(kept::add);
            sources.addAll(intent.reaches());
        }
    }

    Instant now() {
        return now;
    }

    List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** Packs of which less than half is reached. Known after {@link #list}. */
    List<RepackLists.Sparse> sparse() {
        return List.copyOf(sparse);
    }

    /** Whether somebody has asked to store something anew. */
    boolean wasAsked() {
        return newestRepackList.isPresent();
    }

    /** Of the backups that stay the newest of the newest generation, upon which the next one will be built. */
    Optional<Manifest> newest() {
        return newest;
    }

    /** Bytes of the packs that stay which nothing reaches. Known after {@link #list}. */
    long deadBytes() {
        return deadBytes;
    }

    /** Lists everything, passes on each key that is there, and then what nothing needs. */
    void list(Consumer<ObjectKey> present, Consumer<Unneeded> action) {
        var session = new ArrayList<StoredObject>();
        var folder = Optional.<String>empty();
        try (var objects = repository.store().list()) {
            for (var found = objects.iterator(); found.hasNext(); ) {
                var object = found.next();
                present.accept(object.key());
                var claimed = SESSION.matcher(object.key().text());
                var own = claimed.matches() ? Optional.of(claimed.group(1)) : Optional.<String>empty();
                if (!own.equals(folder)) {
                    judgeSession(folder, session, action);
                    folder = own;
                }
                if (own.isPresent()) {
                    session.add(object);
                } else {
                    judge(object).ifPresent(action);
                }
            }
        }
        judgeSession(folder, session, action);
    }

    private void judgeSession(Optional<String> folder, List<StoredObject> session, Consumer<Unneeded> action) {
        folder.ifPresent(name -> judge.unneeded(List.copyOf(session))
                .forEach((object, reason) -> action.accept(new Unneeded(object, name, reason))));
        session.clear();
    }

    private Optional<Unneeded> judge(StoredObject object) {
        var key = object.key().text();
        var ofBackup = OF_BACKUP.matcher(key);
        if (ofBackup.matches() && BackupId.isValid(ofBackup.group(1))) {
            return ofBackup(object, new BackupId(ofBackup.group(1)));
        }
        if (key.startsWith("manifest/") && BackupId.isValid(object.key().name())) {
            var id = new BackupId(object.key().name());
            // Spared although the policy lets it go, if a backup is being built upon it.
            return Optional.ofNullable(expired.get(id))
                    .filter(_ -> !kept.contains(id))
                    .map(reason -> new Unneeded(object, "backup " + id, reason));
        }
        var repackList = RepackLists.number(object.key());
        if (repackList.isPresent() && repackList.getAsInt() < newestRepackList.orElse(0)) {
            return Optional.of(new Unneeded(object, "lists", "a newer one says what to store anew"));
        }
        if (key.startsWith("check/")) {
            return Optional.of(new Unneeded(object, "probes", "written by 'holdfast check'"));
        }
        return endedHolds.contains(object.key())
                ? Optional.of(new Unneeded(object, "holds", "ended more than a day ago"))
                : Optional.empty();
    }

    private Optional<Unneeded> ofBackup(StoredObject object, BackupId id) {
        if (living.contains(id)) {
            return Optional.empty();
        }
        var pack = PackId.of(object.key());
        if (pack.isPresent()) {
            return ofPack(object, pack.get());
        }
        return kept.contains(id) ? Optional.empty() : Optional.of(new Unneeded(object, "backup " + id, why(id)));
    }

    private Optional<Unneeded> ofPack(StoredObject object, PackId pack) {
        if (!reach.contains(pack)) {
            if (sources.contains(pack.backup())) {
                // A backup that is being copied needs it, which nothing here says yet.
                return Optional.empty();
            }
            return Optional.of(new Unneeded(object, "backup " + pack.backup(), why(pack.backup())));
        }
        long alive = reach.bytes(pack);
        long dead = object.size() - alive;
        deadBytes += dead;
        if (dead > object.size() / 2) {
            sparse.add(new RepackLists.Sparse(pack, alive, dead));
        }
        return Optional.empty();
    }

    private String why(BackupId id) {
        if (kept.contains(id)) {
            return "no backup that stays reaches it";
        }
        var reason = expired.get(id);
        return reason == null ? "the backup was not completed" : reason;
    }

    /** Backups that the policy lets go, but one that is being taken builds upon them. */
    Set<BackupId> builtUpon() {
        return kept.stream().filter(expired::containsKey).collect(Collectors.toSet());
    }
}
