package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.repository.pack.BackupId;
import io.holdfast.testkit.HttpFaultProxy.Fault;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bucket that for seconds at a time answers every request by asking for fewer: during a backup, and while much is read at
 * once; with {@code -Dholdfast.torture=true} also during a restore. Each burst is felt for some seconds more.
 */
@NeedsS3Server
class ThrottlingBucketIT {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");

    private static final Duration BURST = Duration.ofSeconds(4);

    private static final int THREADS = 16;

    /**
     * What so many threads may still ask for in that time: what is under way when it begins, then less and less, as the gap
     * between the requests of all grows. Each by itself they would ask five times.
     */
    private static final int MOST = 36;

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void bursts_make_everybody_slower_and_lose_nothing() throws Exception {
        bursts(Fault.SLOW_DOWN, Fault.TOO_MANY);
    }

    @Test
    @EnabledIfSystemProperty(
            named = "holdfast.torture",
            matches = "true",
            disabledReason = "the same the other way round")
    void so_do_they_the_other_way_round() throws Exception {
        bursts(Fault.TOO_MANY, Fault.SLOW_DOWN);
    }

    /** The later one with {@code Retry-After}. */
    private void bursts(Fault first, Fault later) throws Exception {
        try (var bucket = new BucketBehindProxy(folder, Thread::sleep, 1)) {
            try (var capture = bucket.live.capture()) {
                Protected.awaitStreaming(capture);
                try (var _ = bucket.load()) {
                    backup(bucket, capture, first);
                }
                bucket.storeAll(capture);
            }
            bucket.live.compareWithServer(bucket.live.onlyRange(1));

            bucket.proxy.retryAfter(2);
            var whileRestoring = begin(bucket, later, TORTURE ? 10 : Integer.MAX_VALUE, "/data-");
            var restored = bucket.restored(bucket.latest("restored").withJobs(THREADS));
            assertThat(restored).isEqualTo(bucket.content());
            assertThat(whileRestoring.refused()).isBetween(TORTURE ? 1 : 0, MOST);

            var whileReading = begin(bucket, later, 40, "GET ");
            bucket.requireSound(THREADS);
            assertThat(whileReading.refused()).isBetween(1, MOST);
        }
    }

    /** Meanwhile the spool takes what the bucket does not. */
    private static void backup(BucketBehindProxy bucket, Capture capture, Fault refusal) throws Exception {
        var burst = begin(bucket, refusal, 2, "PUT ");
        var backup = CompletableFuture.supplyAsync(() -> bucket.recovery.backup(bucket.backup(BackupId.Kind.FULL)));
        await().atMost(Protected.PATIENCE).until(() -> burst.refused() > 0);
        var before = bucket.live.flushed();
        await().atMost(Protected.PATIENCE)
                .until(() -> burst.isOver()
                        || capture.status().received().orElseThrow().isAfter(before));
        assertThat(capture.status().received().orElseThrow()).isGreaterThan(before);
        assertThat(capture.status().state()).isInstanceOf(CaptureState.Streaming.class);
        backup.get(2, TimeUnit.MINUTES);
        assertThat(burst.refused()).isBetween(1, MOST);
        assertThat(capture.problem()).isEmpty();
    }

    private static Burst begin(BucketBehindProxy bucket, Fault refusal, int after, String kind) {
        var burst = new Burst(refusal, after, kind);
        bucket.proxy.plan(burst::fault);
        return burst;
    }

    /** Begins after some more requests of a kind, and lasts for its time. */
    private static final class Burst {

        private final Fault refusal;
        private final String kind;
        private int awaited;
        private OptionalLong end = OptionalLong.empty();
        private int refused;

        /**
         * Not yet.
         *
         * @param after so many requests
         * @param kind part of the first lines of those that count
         */
        Burst(Fault refusal, int after, String kind) {
            this.refusal = refusal;
            this.awaited = after;
            this.kind = kind;
        }

        synchronized Fault fault(String request) {
            if (end.isEmpty() && request.contains(kind) && awaited-- == 0) {
                end = OptionalLong.of(System.nanoTime() + BURST.toNanos());
            }
            if (end.isEmpty() || isOver()) {
                return Fault.NONE;
            }
            refused++;
            return refusal;
        }

        synchronized boolean isOver() {
            return end.isPresent() && System.nanoTime() - end.getAsLong() >= 0;
        }

        synchronized int refused() {
            return refused;
        }
    }
}
