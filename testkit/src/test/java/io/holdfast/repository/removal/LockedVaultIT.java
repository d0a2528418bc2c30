package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.lock.BackupLocks;
import io.holdfast.repository.lock.LockShortfall;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.retention.Verdict;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.repository.store.s3.S3Lock;
import io.holdfast.repository.store.s3.S3LockMode;
import io.holdfast.repository.store.s3.S3Settings;
import io.holdfast.repository.store.s3.S3Store;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper and backups in a bucket with Object Lock, with locks that end while one waits for it. */
@NeedsS3Server
class LockedVaultIT {

    private static final String BUCKET = "locked-vault";
    private static final RetentionPolicy NEWEST_ONLY = RetentionPolicy.ofWindow(Duration.ofSeconds(1));

    @TempDir
    private static Path folder;

    private static KeyFileKey key;

    private final S3Settings settings =
            S3Server.get().settings(BUCKET, S3Server.get().port());
    private long seed = 1;

    @BeforeAll
    static void makeBucket() {
        S3Server.get().makeLockedBucket(BUCKET);
        key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
    }

    private Repository initialise(Duration full) {
        return Repository.initialise(store(full), "vault", key, InstantSource.system(), new SecureRandom());
    }

    private Repository open(Duration full) {
        return Repository.open(store(full), key);
    }

    private S3Store store(Duration full) {
        return S3Store.openForWriting(
                settings.withLock(new S3Lock(S3LockMode.GOVERNANCE, new LockTerms(full, full))),
                Thread::sleep,
                new Random());
    }

    /** A keeper need not lock anything itself. */
    private Repository keeper() {
        return Repository.open(S3Store.openForWriting(settings, Thread::sleep, new Random()), key);
    }

    private Manifest backup(Repository repository) {
        return new SyntheticBackup(repository, Instant.now(), seed++).take();
    }

    private static RemovalReport expire(Repository repository) {
        return new Keeper(repository, new PlainContents(), NEWEST_ONLY, Duration.ZERO).run();
    }

    @Test
    void what_is_locked_stays_is_said_and_goes_with_all_its_versions_when_its_lock_has_run_out() {
        try (var repository = initialise(Duration.ofSeconds(9));
                var keeper = keeper()) {
            var old = backup(repository);
            pass(keeper);
            var anchor = backup(repository);
            pass(keeper);
            var next = backup(repository);

            var first = expire(keeper);
            assertThat(first.verdicts())
                    .filteredOn(verdict -> verdict.backup().equals(old.id()))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Verdict.Keep.class,
                            keep -> assertThat(keep.reasons())
                                    .singleElement()
                                    .asString()
                                    .startsWith("locked until "));
            assertThat(SyntheticBackup.restoreAll(repository)).hasSize(3);

            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        var report = expire(keeper);
                        assertThat(report.locked())
                                .allSatisfy(tally -> assertThat(tally.objects()).isPositive());
                        return !keys(keeper).contains(old.id().manifestKey())
                                && report.locked().isEmpty();
                    });
            assertThat(SyntheticBackup.restoreAll(repository)).containsExactly(anchor.id(), next.id());
        }
    }

    /** Longer than the policy keeps anything, by the store's clock. */
    private static void pass(Repository repository) {
        var begun = repository.store().now();
        await().pollInterval(Duration.ofMillis(200))
                .until(() -> repository.store().find(ObjectKey.of("none")).isEmpty()
                        && repository.store().now().isAfter(begun.plusSeconds(2)));
    }

    private static List<ObjectKey> keys(Repository repository) {
        try (var objects = repository.store().list()) {
            return objects.map(StoredObject::key).toList();
        }
    }

    @Test
    void what_a_new_backup_shares_is_locked_for_as_long_as_its_manifest_and_what_is_not_is_found() {
        List<LockShortfall> found;
        try (var repository = initialise(Duration.ofMinutes(10))) {
            backup(repository);
        }
        try (var longer = open(Duration.ofMinutes(30))) {
            var careless = backup(longer);
            found = BackupLocks.shortfalls(longer, careless, List.of()).orElseThrow();
            assertThat(found).extracting(shortfall -> shortfall.key().text()).contains("repository");
            assertThat(found).allSatisfy(shortfall -> {
                assertThat(shortfall.backup()).isEqualTo(careless.id());
                assertThat(shortfall.lockedUntil().orElseThrow()).isBefore(shortfall.neededUntil());
            });
            assertThat(found).anyMatch(shortfall -> shortfall.key().text().contains("/data-"));

            BackupLocks.of(longer).orElseThrow().protect(careless, List::of);

            assertThat(BackupLocks.shortfalls(longer, careless, List.of())).contains(List.of());
            var extended = longer.store().lockedUntil(found.getFirst().key());
            BackupLocks.of(longer).orElseThrow().protect(careless, List::of);
            assertThat(longer.store().lockedUntil(found.getFirst().key())).isEqualTo(extended);
        }
    }
}
