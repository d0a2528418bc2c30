package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.removal.RemovalException;
import io.holdfast.repository.removal.RemovalReport;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.HttpFaultProxy.Fault;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Something between here and a bucket changes what objects hold on their way, or answers listings by what they were some time ago: nobody
 * takes the one for what was stored, and nobody removes or loses anything for the other.
 */
@NeedsS3Server
class DeceivingBucketIT {

    private static final Pattern OF_AN_OBJECT = Pattern.compile("GET /[^/?]+/[^?]+ HTTP/1.1");

    private static final Duration BEHIND = Duration.ofSeconds(2);

    /** How long what is condemned stays: longer than listings are behind, of which a keeper has to be sure. */
    private static final Duration GRACE = BEHIND.plusSeconds(2);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private BucketBehindProxy bucket() {
        return new BucketBehindProxy(folder, time -> Thread.sleep(time.dividedBy(20)), 1);
    }

    private static Keeper keeper(BucketBehindProxy bucket, Duration grace) {
        return new Keeper(
                bucket.live.repository,
                new PostgresContents(bucket.live.repository, Duration.ofDays(7)),
                RetentionPolicy.ofWindow(Duration.ofDays(30)),
                grace);
    }

    private static BackupId backup(BucketBehindProxy bucket, BackupId.Kind kind) {
        return bucket.recovery.backup(bucket.backup(kind)).id();
    }

    private static List<String> objects(BucketBehindProxy bucket) {
        try (var objects = bucket.live.repository.store().list()) {
            return objects.map(StoredObject::key)
                    .map(Object::toString)
                    .filter(key -> !key.startsWith("condemn/") && !key.startsWith("claim/"))
                    .toList();
        }
    }

    @Test
    void what_is_changed_on_its_way_is_read_again_and_never_taken() throws Exception {
        Set<String> changed = ConcurrentHashMap.newKeySet();
        try (var bucket = bucket()) {
            // The first answer about each object is changed; each part of this test begins anew.
            bucket.proxy.plan(request -> OF_AN_OBJECT.matcher(request).matches() && changed.add(request)
                    ? Fault.ANSWER_DAMAGED
                    : Fault.NONE);
            try (var capture = bucket.live.capture()) {
                Protected.awaitStreaming(capture);
                try (var _ = bucket.load()) {
                    backup(bucket, BackupId.Kind.FULL);
                    changed.clear();
                    assertThat(backup(bucket, BackupId.Kind.INCREMENTAL).kind()).isEqualTo(BackupId.Kind.INCREMENTAL);
                    assertThat(changed).anyMatch(request -> request.contains("/manifest/"));
                }
                bucket.storeAll(capture);
                assertThat(capture.problem()).isEmpty();
                changed.clear();
                keeper(bucket, Duration.ofMillis(1)).run();
                keeper(bucket, Duration.ofMillis(1)).run();
                assertThat(changed).anyMatch(request -> request.contains("/map-"));
            }
            changed.clear();
            bucket.requireSound(2);
            var expected = bucket.content();
            changed.clear();
            assertThat(bucket.restored(bucket.latest("restored"))).isEqualTo(expected);
            assertThat(changed).hasSizeGreaterThan(20);

            changedEachTime(bucket);
        }
    }

    private static void changedEachTime(BucketBehindProxy bucket) {
        var before = objects(bucket);
        bucket.proxy.plan(request -> request.contains("/data-") ? Fault.ANSWER_DAMAGED : Fault.NONE);
        var target = bucket.latest("refused");

        var refusal = catchThrowableOfType(HoldfastException.class, () -> bucket.restored(target));

        assertThat(refusal.kind()).as(refusal.toString()).isEqualTo(ProblemKind.DAMAGED);
        assertThat(refusal).hasMessageContaining("/data-").hasMessageContaining("does not authenticate");
        assertThat(refusal.hint()).isNotBlank();

        bucket.proxy.plan(request -> request.contains("/manifest/") ? Fault.ANSWER_DAMAGED : Fault.NONE);
        assertThat(catchThrowableOfType(
                        RemovalException.class,
                        () -> keeper(bucket, Duration.ofMillis(1)).run()))
                .hasMessageStartingWith("nothing is removed: 2 objects do not authenticate");
        bucket.proxy.plan(_ -> Fault.NONE);
        assertThat(objects(bucket))
                .containsAll(
                        before.stream().filter(key -> !key.startsWith("hold/")).toList());
    }

    @Test
    void listings_that_are_behind_cost_time_and_nothing_else() throws Exception {
        try (var bucket = bucket()) {
            bucket.proxy.staleListings(BEHIND);
            try (var _ = bucket.load();
                    var capture = bucket.live.capture()) {
                Protected.awaitStreaming(capture);
                backup(bucket, BackupId.Kind.FULL);
            }
            // It takes up where a listing says that WAL ends.
            try (var capture = bucket.live.capture()) {
                Protected.awaitStreaming(capture);
                try (var load = bucket.load()) {
                    var judged = new AtomicLong(judged(keeper(bucket, GRACE).run()));
                    backup(bucket, BackupId.Kind.INCREMENTAL);
                    judged.addAndGet(judged(keeper(bucket, GRACE).run()));
                    await().atMost(Protected.PATIENCE).until(() -> load.lines() > 50);
                    // Pieces of which there are segments, or nothing was at stake.
                    await().atMost(Protected.PATIENCE)
                            .pollDelay(GRACE)
                            .pollInterval(GRACE)
                            .until(() -> judged.addAndGet(
                                            judged(keeper(bucket, GRACE).run()))
                                    > 0);
                }
                bucket.storeAll(capture);
                assertThat(capture.problem()).isEmpty();
            }
            pass(BEHIND);
            assertThat(bucket.live.repository.manifests().ids()).hasSize(2);
            bucket.requireSound(4);
            bucket.live.compareWithServer(bucket.live.onlyRange(1));
            assertThat(bucket.restored(bucket.latest("restored"))).isEqualTo(bucket.content());
        }
    }

    private static long judged(RemovalReport report) {
        return RemovalReport.objects(report.removed()) + RemovalReport.objects(report.condemned());
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
    }
}
