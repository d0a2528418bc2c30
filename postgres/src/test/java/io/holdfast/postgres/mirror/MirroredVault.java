package io.holdfast.postgres.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.archive.ClaimDocument;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.restore.Reachability;
import io.holdfast.postgres.restore.RecoveryCatalogue;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestorePlanner;
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.retention.PostgresContents.Ages;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.mirror.CommitPolicy;
import io.holdfast.repository.mirror.Member;
import io.holdfast.repository.mirror.MirrorsForWriting;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.removal.OpenIntent;
import io.holdfast.repository.removal.SyntheticBackup;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.SettableTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** A repository in several places, whose clock stands still until it is moved, with what is done to it by processes of their own. */
final class MirroredVault implements AutoCloseable {

    static final Duration GRACE = Duration.ofHours(1);
    static final Duration WINDOW = Duration.ofDays(10);

    /** After it nothing is alive, condemned or remembered as removed. */
    static final Duration DAY_AND_MORE = Duration.ofHours(26);

    private static final TimelineId TIMELINE = new TimelineId(1);
    /** The least there is: a recovery begins with a segment. */
    private static final int PIECE = 1 << 20;

    final SettableTime time = new SettableTime(Instant.parse("2026-03-01T02:00:00Z"));
    final List<Place> places;
    private final KeyFileKey key;
    private CommitPolicy policy = new CommitPolicy.Primary();
    private final Generation generation;
    private final Claim claim = new Claim(new MemberName("alpha"), 1);
    private final long seed;
    private long taken;

    /** Backups that a command has said to be taken. */
    final Set<BackupId> told = new LinkedHashSet<>();

    /** Manifests that were committed somewhere, whatever became of the command. */
    final Set<BackupId> committed = new LinkedHashSet<>();

    /** @param seed of what changes between backups */
    MirroredVault(KeyFileKey key, int count, long seed) {
        this.key = key;
        this.seed = seed;
        this.places = IntStream.range(0, count)
                .mapToObj(number -> new Place("/place-" + number, time))
                .toList();
        var first = Repository.initialise(places.getFirst(), "vault", key, time, new SecureRandom());
        this.generation = Generation.admit(first, new SystemIdentifier(7), 18, new WalSegmentSize(PIECE));
        first.objects()
                .createDocument(
                        claim.key(),
                        new ClaimDocument(
                                claim.member(), 1, generation.systemIdentifier(), "host", time.instant(), "token"));
        places.stream().skip(1).forEach(place -> CopyTarget.open(first, place, CopyProgress.NONE));
    }

    /** For processes that begin after this. */
    void use(CommitPolicy next) {
        policy = next;
    }

    List<ObjectStore> stores() {
        return List.copyOf(places);
    }

    private Repository open(List<ObjectStore> views) {
        var members = views.stream()
                .map(view -> new Member(view.location(), () -> view))
                .toList();
        var stores = new MirrorsForWriting(members, policy, (_, _) -> {});
        try {
            return Repository.open(stores, key);
        } catch (RuntimeException e) {
            stores.close();
            throw e;
        }
    }

    private static Mirrors mirrors(Repository repository) {
        return Mirrors.of(repository, new BackupCopy.Settings("test", 1), CopyProgress.NONE)
                .orElseThrow();
    }

    /** Upon the newest. */
    void backUp() {
        backUp(stores(), SyntheticBackup::take);
    }

    /** As the command does. */
    void backUp(List<ObjectStore> views, Function<SyntheticBackup, Manifest> how) {
        try (var repository = open(views)) {
            long number = ++taken;
            var manifest = how.apply(new SyntheticBackup(
                    repository, time.instant(), seed * 1000 + number, intent -> storeWal(repository, intent, number)));
            committed.add(manifest.id());
            mirrors(repository).complete(manifest.id());
            told.add(manifest.id());
        }
    }

    private ObjectNode storeWal(Repository repository, OpenIntent intent, long number) {
        var range = new WalRange(TIMELINE, new Lsn(number * PIECE), new Lsn((number + 1) * PIECE));
        new WalWriter(repository.objects(), WalSource.of(claim, generation))
                .store(
                        new WalFooter(
                                range,
                                range.end(),
                                Optional.empty(),
                                WalIndex.empty(TIMELINE, range.start(), range.end())),
                        new byte[PIECE]);
        return Json.mapper().valueToTree(details(range, intent.backup()));
    }

    private BackupDetails details(WalRange range, BackupId backup) {
        return new BackupDetails(
                generation.systemIdentifier(),
                180001,
                "PG_18_202506291",
                claim.member(),
                TIMELINE,
                range.start(),
                range.end(),
                time.instant(),
                time.instant(),
                backup.text(),
                Optional.empty(),
                Bytes.of(new byte[1]),
                8192,
                true,
                "/data",
                List.of(),
                List.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    Mirrors.Healing heal() {
        return heal(stores());
    }

    Mirrors.Healing heal(List<ObjectStore> views) {
        try (var repository = open(views)) {
            return mirrors(repository).heal();
        }
    }

    /** In each place, as far as they answer: condemns, lets time pass, and removes. */
    void expire(List<ObjectStore> views, Duration pause) {
        views.forEach(this::keep);
        time.advance(pause);
        views.forEach(this::keep);
    }

    /** Of keepers. */
    final List<HoldfastException> refusals = new ArrayList<>();

    void keep(ObjectStore view) {
        try (var repository = Repository.open(view, key)) {
            var contents = new PostgresContents(repository, WINDOW, Ages.FROM_BACKUP);
            new Keeper(repository, contents, RetentionPolicy.ofWindow(WINDOW), GRACE).run();
        } catch (HoldfastException e) {
            // Told, and gone on with the next.
            refusals.add(e);
        }
    }

    /** Each place by itself restores all that it lists. */
    void requireWhole() {
        for (var place : places) {
            try (var repository = Repository.open(place, key)) {
                var backups = SyntheticBackup.restoreAll(repository);
                var planner =
                        new RestorePlanner(RecoveryCatalogue.load(repository, OptionalInt.of(generation.number())));
                for (var backup : backups) {
                    assertThat(planner.decide(new RecoveryTarget.Immediate(), Optional.empty(), Optional.of(backup)))
                            .as("%s alone, %s", place.location(), backup)
                            .isInstanceOf(Reachability.Reachable.class);
                }
            }
        }
    }

    /** Those that count in a place. */
    Set<BackupId> backups(Place place) {
        try (var repository = Repository.open(place, key)) {
            return repository.manifests().readAll().stream().map(Manifest::id).collect(Collectors.toSet());
        }
    }

    /** All that is in each place. */
    List<List<String>> content() {
        return places.stream()
                .map(place -> {
                    try (var objects = place.list()) {
                        return objects.map(StoredObject::key)
                                .map(Object::toString)
                                .toList();
                    }
                })
                .toList();
    }

    /** Of those that were committed the last. */
    Set<BackupId> newest(int count) {
        return committed.stream().skip(committed.size() - count).collect(Collectors.toSet());
    }

    /** How many pieces of WAL are in a place. */
    int wal(Place place) {
        try (var objects = place.list(claim.folder())) {
            return (int) objects.filter(object -> object.key().text().contains("/wal/"))
                    .count();
        }
    }

    /** Whether a backup is in as many places as the policy asks for. */
    boolean isStored(BackupId backup) {
        var in = new BitSet();
        for (int number = 0; number < places.size(); number++) {
            in.set(number, backups(places.get(number)).contains(backup));
        }
        return policy.isMet(in, places.size());
    }

    @Override
    public void close() {
        places.forEach(Place::close);
    }
}
