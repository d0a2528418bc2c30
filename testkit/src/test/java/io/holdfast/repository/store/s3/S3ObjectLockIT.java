package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.s3.SignedRequests;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLockedException;
import io.holdfast.repository.store.StoreException;
import io.holdfast.testkit.StoredObjects;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Locks that SeaweedFS keeps: what it refuses, Amazon documents to refuse. */
@NeedsS3Server
class S3ObjectLockIT {

    private static final String BUCKET = "locked";
    private static final Duration FULL = Duration.ofMinutes(20);
    private static final ObjectKey MANIFEST = ObjectKey.of("manifest", "20260115-020000F");
    private static final ObjectKey PACK = ObjectKey.of("backup", "20260115-020000F", "data-00000001");

    private final S3Settings settings =
            S3Server.get().settings(BUCKET, S3Server.get().port());
    private final SignedRequests requests = S3Server.get().requests();
    private Optional<S3Store> opened = Optional.empty();

    @BeforeAll
    static void makeBucket() {
        S3Server.get().makeLockedBucket(BUCKET);
    }

    @AfterEach
    void close() {
        opened.ifPresent(S3Store::close);
    }

    private S3Store open(S3LockMode mode, Duration full, Duration pieces) {
        var store = S3Store.openForWriting(
                settings.withLock(new S3Lock(mode, new LockTerms(full, pieces))), Thread::sleep, new Random());
        opened = Optional.of(store);
        return store;
    }

    @Test
    void a_bucket_that_was_told_to_keep_no_more_versions_does_not_promise_what_it_keeps() {
        var bucket = "suspended";
        S3Server.get().makeVersionedBucket(bucket);
        var there = S3Server.get().settings(bucket, S3Server.get().port());
        try (var store = S3Store.openForReading(there, Thread::sleep, new Random())) {
            assertThat(store.capabilities()).contains(Capability.KEEPS_OVERWRITTEN);
        }
        requests.put(
                "/" + bucket,
                "versioning=",
                "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");

        try (var store = S3Store.openForReading(there, Thread::sleep, new Random())) {
            assertThat(store.capabilities()).doesNotContain(Capability.KEEPS_OVERWRITTEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_new_is_locked_by_its_name_and_can_neither_be_removed_nor_locked_for_less(S3LockMode mode) {
        var store = open(mode, FULL, Duration.ofMinutes(1));
        var before = store.now();
        var piece = new ObjectKey("claim/db1/00000001/00000001/wal/00000001/0000000001000000-0000000001000100");
        var covered = new ObjectKey("claim/db1/00000001/00000001/covered/00000001");
        for (var key : new ObjectKey[] {MANIFEST, piece, covered}) {
            StoredObjects.put(store, key, new byte[] {1});
        }
        StoredObjects.put(store, PACK, new byte[9_000_000]);

        assertThat(store.capabilities()).contains(Capability.RETENTION_LOCK, Capability.KEEPS_OVERWRITTEN);
        assertThat(store.lockedUntil(MANIFEST).orElseThrow())
                .isBetween(before.plus(FULL), store.now().plus(FULL).plusSeconds(1));
        assertThat(store.lockedUntil(PACK).orElseThrow())
                .isAfter(store.lockedUntil(MANIFEST).orElseThrow());
        assertThat(store.lockedUntil(piece).orElseThrow())
                .isBetween(before.plusSeconds(60), store.now().plusSeconds(62));
        assertThat(store.lockedUntil(covered)).isEmpty();
        assertThatCode(() -> store.remove(covered)).doesNotThrowAnyException();
        for (var key : new ObjectKey[] {MANIFEST, PACK}) {
            var until = store.lockedUntil(key);
            var refusal = catchThrowableOfType(ObjectLockedException.class, () -> store.remove(key));
            assertThat(refusal.until()).isEqualTo(until);
            store.locks().orElseThrow().extend(key, store.now().plusSeconds(5));
            assertThat(store.lockedUntil(key)).isEqualTo(until);
            assertThat(shorten(key, store, mode).isSuccess()).isFalse();
            assertThat(store.lockedUntil(key)).isEqualTo(until);
        }
    }

    private SignedRequests.Answer shorten(ObjectKey key, S3Store store, S3LockMode mode) {
        var retention = "<Retention><Mode>%s</Mode><RetainUntilDate>%s</RetainUntilDate></Retention>"
                .formatted(mode.name(), store.now().plusSeconds(5));
        return requests.send("PUT", path(key), "retention=", retention, Map.of());
    }

    @Test
    void a_lock_is_extended_of_the_object_itself_not_of_what_was_put_over_it() {
        var store = open(S3LockMode.COMPLIANCE, FULL, FULL);
        StoredObjects.put(store, MANIFEST, new byte[] {1});
        requests.put(path(MANIFEST), "", "not the object");
        requests.delete(path(MANIFEST));
        var wanted = store.now().plus(FULL.multipliedBy(2));

        store.locks().orElseThrow().extend(MANIFEST, wanted);

        assertThat(store.lockedUntil(MANIFEST)).contains(wanted);
        assertThat(catchThrowableOfType(ObjectLockedException.class, () -> store.remove(MANIFEST)))
                .hasMessageContaining("manifest/20260115-020000F")
                .hasMessageContaining("locked until");
        assertThat(StoredObjects.content(store, MANIFEST)).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_lock_that_is_extended_keeps_its_mode_whatever_is_configured_now(S3LockMode before) {
        StoredObjects.put(open(before, FULL, FULL), MANIFEST, new byte[] {1});
        close();
        var other = before == S3LockMode.GOVERNANCE ? S3LockMode.COMPLIANCE : S3LockMode.GOVERNANCE;
        var store = open(other, FULL, FULL);
        var wanted = store.now().plus(FULL.multipliedBy(2));

        store.locks().orElseThrow().extend(MANIFEST, wanted);

        assertThat(store.lockedUntil(MANIFEST)).contains(wanted);
        assertThat(requests.send("GET", path(MANIFEST), "retention=", "", Map.of())
                        .body())
                .contains("<Mode>%s</Mode>".formatted(before.name()));
    }

    @Test
    void nothing_stays_behind_once_the_lock_has_run_out() {
        var store = open(S3LockMode.GOVERNANCE, Duration.ofSeconds(2), Duration.ofSeconds(2));
        StoredObjects.put(store, MANIFEST, new byte[] {1});
        requests.put(path(MANIFEST), "", "not the object");
        requests.delete(path(MANIFEST));

        await().pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(ObjectLockedException.class)
                .untilAsserted(() -> store.remove(MANIFEST));

        assertThat(store.find(MANIFEST)).isEmpty();
        var left = requests.send(
                "GET",
                "/" + BUCKET,
                "prefix=%s&versions=".formatted(settings.prefix().replace("/", "%2F")),
                "",
                Map.of());
        assertThat(left.body()).contains("ListVersionsResult").doesNotContain("manifest/2026");
    }

    @Test
    void what_somebody_put_over_an_object_and_locked_is_a_lock_and_no_missing_permission() {
        var store = open(S3LockMode.GOVERNANCE, FULL, FULL);
        var key = ObjectKey.of("check", "2");
        StoredObjects.put(store, key, new byte[] {1});
        requests.put(path(key), "", "not the object");
        assertThat(shorten(key, store, S3LockMode.GOVERNANCE).isSuccess()).isTrue();

        assertThat(catchThrowableOfType(ObjectLockedException.class, () -> store.remove(key)))
                .hasMessageContaining("locked until");
        assertThat(StoredObjects.content(store, key)).containsExactly(1);
        assertThat(store.lockedUntil(key)).isEmpty();
        assertThat(store.notRemovableUntil(key).orElseThrow()).isAfter(store.now());
    }

    @Test
    void a_legal_hold_refuses_a_removal_too() {
        var store = open(S3LockMode.GOVERNANCE, FULL, FULL);
        var key = ObjectKey.of("check", "1");
        StoredObjects.put(store, key, new byte[] {1});
        requests.put(path(key), "legal-hold=", "<LegalHold><Status>ON</Status></LegalHold>");

        assertThat(catchThrowableOfType(ObjectLockedException.class, () -> store.remove(key)))
                .hasMessageContaining("legal hold");
        assertThat(store.lockedUntil(key)).isEmpty();
        assertThat(store.notRemovableUntil(key)).contains(Instant.MAX);

        requests.put(path(key), "legal-hold=", "<LegalHold><Status>OFF</Status></LegalHold>");
        store.remove(key);
        assertThat(store.find(key)).isEmpty();
    }

    @Test
    void a_bucket_without_locks_is_refused_where_objects_shall_be_locked() {
        var without = S3Server.get().settings().withLock(new S3Lock(S3LockMode.GOVERNANCE, new LockTerms(FULL, FULL)));

        var refusal = catchThrowableOfType(
                StoreException.class, () -> S3Store.openForWriting(without, Thread::sleep, new Random()));

        assertThat(refusal).hasMessage("the bucket 'holdfast-tests' has no Object Lock");
        try (var reader = S3Store.openForReading(settings, Thread::sleep, new Random())) {
            assertThat(reader.capabilities()).contains(Capability.RETENTION_LOCK);
            assertThat(reader.locks()).isEmpty();
        }
    }

    private String path(ObjectKey key) {
        return "/%s/%s%s".formatted(BUCKET, settings.prefix(), key);
    }
}
