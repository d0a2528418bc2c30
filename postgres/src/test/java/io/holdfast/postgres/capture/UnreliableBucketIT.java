package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.restore.Restore;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.testkit.HttpFaultProxy.Fault;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens between here and a bucket, at random, a command does what it says or fails in words, and the next one works.
 * One short life in every build, always the same; with {@code -Dholdfast.torture=true} new ones for
 * {@code holdfast.torture.minutes}, 10 unless told; with {@code -Dholdfast.seed=N} that one.
 */
@NeedsS3Server
class UnreliableBucketIT {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");
    private static final int ROUNDS = TORTURE ? 8 : 1;

    /** The store waits between its tries, but not for as long as in real life. */
    private static final int HASTE = 20;

    private static final List<Fault> DOWNLOADS = List.of(
            Fault.ANSWER_CUT,
            Fault.ANSWER_RESET,
            Fault.ANSWER_LOST,
            Fault.REQUEST_RESET,
            Fault.SLOW_DOWN,
            Fault.TOO_MANY);

    /** Also those that a checksum finds. */
    private static final List<Fault> UPLOADS = List.of(
            Fault.ANSWER_RESET,
            Fault.ANSWER_LOST,
            Fault.ANSWER_LOST,
            Fault.REQUEST_RESET,
            Fault.REQUEST_DAMAGED,
            Fault.SLOW_DOWN);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private int failures;

    @Test
    void what_a_command_says_is_so_and_the_next_one_works() throws Exception {
        var chosen = Long.getLong("holdfast.seed");
        if (chosen != null) {
            live(chosen);
        } else if (TORTURE) {
            var end = Instant.now().plus(Duration.ofMinutes(Long.getLong("holdfast.torture.minutes", 10)));
            while (Instant.now().isBefore(end)) {
                live(new Random().nextInt(1_000_000));
            }
        } else {
            live(20261174);
            // Else nothing is tested.
            assertThat(happened.keySet()).containsAll(DOWNLOADS).containsAll(UPLOADS);
            assertThat(failures).isPositive();
        }
    }

    private void live(long seed) throws Exception {
        happened.clear();
        failures = 0;
        var place = Files.createTempDirectory(folder, "life ");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var life = new Life(place, seed)) {
            for (int round = 0; round < ROUNDS; round++) {
                life.round(round);
            }
            life.bucket.requireSound(2);
        } catch (Throwable e) {
            throw new AssertionError("repeat it with -Dholdfast.seed=%d".formatted(seed), e);
        }
        System.out.printf("seed %d: %d commands failed, faults %s%n", seed, failures, happened);
    }

    /** A server, a capture, and weather. */
    private final class Life implements AutoCloseable {

        /** What the weather is must not depend on how threads take turns. */
        private final Random sky;

        private final Random strokes;
        private final BucketBehindProxy bucket;
        private final Capture capture;

        /** How likely a request is to meet a fault. */
        private double weather;

        Life(Path place, long seed) {
            sky = new Random(seed);
            strokes = new Random(seed);
            bucket = new BucketBehindProxy(place, time -> Thread.sleep(time.dividedBy(HASTE)), seed);
            bucket.proxy.plan(this::fault);
            capture = bucket.live.capture();
            Protected.awaitStreaming(capture);
        }

        private synchronized Fault fault(String request) {
            if (strokes.nextDouble() >= weather) {
                return Fault.NONE;
            }
            var faults = request.startsWith("PUT") ? UPLOADS : DOWNLOADS;
            var fault = faults.get(strokes.nextInt(faults.size()));
            happened.merge(fault, 1, Integer::sum);
            return fault;
        }

        private synchronized void weather(double chance) {
            weather = chance;
        }

        private synchronized double anyWeather() {
            return List.of(0.05, 0.3, 0.75).get(sky.nextInt(3));
        }

        void round(int number) throws Exception {
            try (var _ = bucket.load()) {
                for (var kind : List.of(BackupId.Kind.FULL, BackupId.Kind.INCREMENTAL)) {
                    command(() -> bucket.recovery.backup(bucket.backup(kind)));
                }
            }
            var target = bucket.latest("restored %d".formatted(number));
            command(() -> {
                bucket.storeAll(capture);
                return number;
            });
            assertThat(capture.problem()).isEmpty();
            var expected = bucket.content();
            var found = command(() -> {
                var again = Files.exists(target.directory()) && !Restore.isUnfinished(target.directory());
                return bucket.restored(again ? target.withDelta() : target);
            });

            assertThat(found).isEqualTo(expected);
            weather(0);
            bucket.live.compareWithServer(bucket.live.onlyRange(1));
        }

        /** In bad weather, and if that fails once more in good. */
        private <T> T command(Callable<T> work) throws Exception {
            weather(anyWeather());
            try {
                return work.call();
            } catch (HoldfastException e) {
                failures++;
                assertThat(e.kind()).as(e.toString()).isEqualTo(ProblemKind.UNAVAILABLE);
                assertThat(e.hint()).isNotBlank();
            }
            weather(0);
            return work.call();
        }

        @Override
        public void close() {
            weather(0);
            capture.close();
            bucket.close();
        }
    }
}
