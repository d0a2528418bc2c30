package io.holdfast.postgres.archive;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Intents;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.removal.RemovalReport;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Captures and backups that no server stands behind: names, footers and manifests are all that retention looks at. Positions count mebibytes, as segments do. */
final class SyntheticArchive implements AutoCloseable {

    static final WalSegmentSize SEGMENT = new WalSegmentSize(1 << 20);
    static final Duration GRACE = Duration.ofHours(1);

    final SettableTime time = new SettableTime(Instant.parse("2026-03-01T02:00:00Z"));
    final ObjectStore store = FilesystemStore.create(PowerFailureDisk.strict(time), Path.of("/archive"), time);
    final Repository repository;
    private final KeyFileKey key;
    private Generation generation;
    private Claim claim = new Claim(new MemberName("alpha"), 1);

    /** After a month the first day of the next is another month: days are all that counts here. */
    SyntheticArchive(Path folder) {
        var random = new SecureRandom();
        key = KeyFileKey.generate(folder.resolve("key"), random);
        repository = Repository.initialise(store, "archive", key, time, random);
        generation = Generation.admit(repository, new SystemIdentifier(7), 18, SEGMENT);
        session(1);
    }

    Repository open(ObjectStore view) {
        return Repository.open(view, key);
    }

    Generation generation() {
        return generation;
    }

    /** A cluster that follows this one. */
    void upgrade() {
        generation = new Generation(generation.number() + 1, new SystemIdentifier(8), 18, SEGMENT).open(repository);
    }

    /** What is stored from now on is of this session. */
    void session(int number) {
        claim = new Claim(claim.member(), number);
        repository
                .objects()
                .createDocument(
                        claim.key(),
                        new ClaimDocument(
                                claim.member(), number, generation.systemIdentifier(), "host", time.instant(), ""));
    }

    WalSource source() {
        return WalSource.of(claim, generation);
    }

    private WalWriter writer() {
        return new WalWriter(repository.objects(), source());
    }

    static Lsn at(double mebibytes) {
        return new Lsn((long) (mebibytes * (1 << 20)));
    }

    static WalFooter footer(int timeline, double from, double to) {
        var range = new WalRange(new TimelineId(timeline), at(from), at(to));
        return new WalFooter(
                range, range.end(), Optional.empty(), WalIndex.empty(range.timeline(), range.start(), range.end()));
    }

    void piece(int timeline, double from, double to) {
        piece(source(), timeline, from, to);
    }

    /** WAL of the first timeline that a backup has stored itself. */
    void ownPiece(BackupId backup, double from, double to) {
        piece(WalSource.of(backup, generation), 1, from, to);
    }

    private void piece(WalSource by, int timeline, double from, double to) {
        var footer = footer(timeline, from, to);
        new WalWriter(repository.objects(), by)
                .store(footer, new byte[(int) footer.range().bytes()]);
    }

    void segment(int timeline, int from) {
        segment(timeline, from, footer(timeline, from, from + 1));
    }

    /** Says of itself what its name does not. */
    void damagedSegment(int timeline, int from) {
        segment(timeline, from, footer(timeline, from, from + 0.5));
    }

    private void segment(int timeline, int from, WalFooter footer) {
        writer().write(
                        source().segment(SEGMENT.name(new TimelineId(timeline), at(from))),
                        ObjectType.WAL_SEGMENT,
                        footer,
                        new byte[1 << 20]);
    }

    void history(int timeline, String content) {
        writer().storeHistory(new TimelineId(timeline), content);
    }

    void covered(int number) {
        repository
                .objects()
                .createDocument(
                        source().document("covered", number),
                        new CoverageDocument(new TimelineId(1), at(1), Optional.empty()));
    }

    BackupId backup(int timeline, double start, double stop) {
        return backup(timeline, start, stop, time.instant());
    }

    /** @param clock of the server, which may be wrong */
    BackupId backup(int timeline, double start, double stop, Instant clock) {
        return backup(timeline, start, stop, clock, _ -> false);
    }

    /** One of the first timeline that has stored its WAL itself. */
    BackupId backupWithOwnWal(double start, double stop) {
        return backup(1, start, stop, time.instant(), backup -> {
            ownPiece(backup, Math.floor(start), stop);
            return true;
        });
    }

    /** @param storesWal stores it, if it is to be its own */
    private BackupId backup(int timeline, double start, double stop, Instant clock, Predicate<BackupId> storesWal) {
        var open =
                new Intents(repository).open(BackupId.of(clock, BackupId.Kind.FULL), Optional.empty(), "alpha", clock);
        if (!open.parentStays()) {
            throw new IllegalStateException("it has none");
        }
        repository
                .manifests()
                .commit(new Manifest(
                        Manifest.VERSION,
                        open.backup(),
                        generation.number(),
                        Optional.empty(),
                        clock,
                        clock,
                        open.deadline(),
                        1 << 18,
                        1,
                        List.of(),
                        new Manifest.Totals(0, 0, 0, 0),
                        Json.mapper()
                                .valueToTree(details(timeline, start, stop, clock, storesWal.test(open.backup())))));
        return open.backup();
    }

    private static BackupDetails details(int timeline, double start, double stop, Instant clock, boolean ownWal) {
        return new BackupDetails(
                new SystemIdentifier(7),
                180001,
                "PG_18_202506291",
                new MemberName("alpha"),
                new TimelineId(timeline),
                at(start),
                at(stop),
                clock,
                clock,
                "label",
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
                ownWal,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A segment a day on one timeline, from one position to another; the last day is now. */
    void days(int timeline, int from, int to) {
        for (int i = from; i < to; i++) {
            time.advance(Duration.ofDays(1));
            segment(timeline, i);
        }
    }

    Keeper keeper(Duration backups, Duration wal) {
        return keeper(repository, backups, wal);
    }

    Keeper keeper(Repository view, Duration backups, Duration wal) {
        return new Keeper(view, new PostgresContents(view, wal), RetentionPolicy.ofWindow(backups), GRACE);
    }

    /** Condemns and, when the grace has passed, removes. */
    RemovalReport expire(int backupDays, int walDays) {
        keeper(Duration.ofDays(backupDays), Duration.ofDays(walDays)).run();
        time.advance(GRACE);
        return keeper(Duration.ofDays(backupDays), Duration.ofDays(walDays)).run();
    }

    List<WalRange> coverage(int timeline) {
        return coverage(timeline, generation);
    }

    List<WalRange> coverage(int timeline, Generation of) {
        return WalArchive.load(repository, of).coverage(new TimelineId(timeline));
    }

    static WalRange range(int timeline, double from, double to) {
        return new WalRange(new TimelineId(timeline), at(from), at(to));
    }

    List<String> keys() {
        try (var objects = store.list()) {
            return objects.map(StoredObject::key).map(Object::toString).toList();
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
