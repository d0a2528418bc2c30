package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole life of a repository in a bucket that is far away: each request is held back, for 30 ms or so; with
 * {@code -Dholdfast.torture=true} also for 100 and 300. What it takes is printed.
 */
@NeedsS3Server
class BucketAfarIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private static IntStream distances() {
        return Boolean.getBoolean("holdfast.torture") ? IntStream.of(30, 100, 300) : IntStream.of(30);
    }

    @ParameterizedTest(name = "{0} ms")
    @MethodSource("distances")
    void everything_works_at_a_distance(int milliseconds) throws Exception {
        var random = new Random(milliseconds);
        try (var bucket = new BucketBehindProxy(folder, Thread::sleep, milliseconds)) {
            bucket.proxy.latency(() -> about(milliseconds, random));
            try (var capture =
                    bucket.live.capture(bucket.live.captureSettings().withUpload(Duration.ofSeconds(1), 4 << 20))) {
                Protected.awaitStreaming(capture);
                BackupId full;
                try (var load = bucket.load()) {
                    full = timed(bucket, milliseconds, "full backup", () -> backup(bucket, BackupId.Kind.FULL));
                    await().atMost(Protected.PATIENCE).until(() -> load.lines() > 100);
                    assertThat(timed(
                                            bucket,
                                            milliseconds,
                                            "incremental",
                                            () -> backup(bucket, BackupId.Kind.INCREMENTAL))
                                    .kind())
                            .isEqualTo(BackupId.Kind.INCREMENTAL);
                }
                timed(bucket, milliseconds, "WAL at the end of the load", () -> {
                    bucket.storeAll(capture);
                    return full;
                });

                var plan = timed(
                        bucket,
                        milliseconds,
                        "expire --dry-run",
                        () -> new Keeper(
                                        bucket.live.repository,
                                        new PostgresContents(bucket.live.repository, Duration.ofDays(7)),
                                        RetentionPolicy.ofWindow(Duration.ofDays(30)),
                                        Duration.ofDays(1))
                                .plan());
                assertThat(plan.removed()).isEmpty();
            }
            // This looks at everything for the test alone.
            bucket.proxy.latency(() -> Duration.ZERO);
            bucket.live.compareWithServer(bucket.live.onlyRange(1));
            bucket.proxy.latency(() -> about(milliseconds, random));
            var found =
                    timed(bucket, milliseconds, "restore --latest", () -> bucket.restored(bucket.latest("restored")));
            assertThat(found).isEqualTo(bucket.content());
            timed(bucket, milliseconds, "verify --repository", () -> {
                bucket.requireSound(2);
                return found;
            });
        }
    }

    private static BackupId backup(BucketBehindProxy bucket, BackupId.Kind kind) {
        return bucket.recovery.backup(bucket.backup(kind)).id();
    }

    /** From half of it to one and a half. */
    private static Duration about(int milliseconds, Random random) {
        synchronized (random) {
            return Duration.ofMillis(milliseconds / 2 + random.nextInt(milliseconds + 1));
        }
    }

    private static <T> T timed(BucketBehindProxy bucket, int milliseconds, String what, Callable<T> work)
            throws Exception {
        var began = System.nanoTime();
        int requests = bucket.proxy.requests().size();
        var result = work.call();
        System.out.printf(
                "at %d ms: %s took %.1f s, meanwhile %d requests%n",
                milliseconds,
                what,
                (System.nanoTime() - began) / 1e9,
                bucket.proxy.requests().size() - requests);
        return result;
    }
}
