package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong, there is no manifest, the server is as before, and the next backup works. */
class FailedBackupIT {

    private final AtomicReference<FailingStore> store = new AtomicReference<>();
    private TestCluster cluster;
    private TestRepository repository;

    @BeforeEach
    void start() {
        cluster = TestCluster.start();
        cluster.execute("CREATE TABLE t AS SELECT n, repeat('x', 100) AS x FROM generate_series(1, 50000) AS n");
        repository = TestRepository.create(under -> {
            store.set(new FailingStore(under));
            return store.get();
        });
    }

    @AfterEach
    void stop() {
        repository.close();
        cluster.close();
    }

    @Test
    void a_session_that_the_server_ends_voids_the_backup_at_once() {
        var request = TestRepository.request(cluster).withMaxRate(4 << 20);
        var progress = AtPhase.whileReading(() -> cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holdfast'"
                        + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"));

        var failure = catchThrowableOfType(ServerException.class, () -> repository.backUp(request, progress));

        assertThat(failure.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
        assertThat(progress.advanced()).isLessThan(progress.expected());
        assertNothingIsLeftAndTheNextWorks();
    }

    @Test
    void a_server_that_stops_is_noticed_while_files_are_copied() {
        var request = TestRepository.request(cluster).withMaxRate(4 << 20);
        var progress = AtPhase.whileReading(() -> cluster.server().stop(Shutdown.IMMEDIATE));

        var failure = catchThrowableOfType(ServerException.class, () -> repository.backUp(request, progress));

        assertThat(failure.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
        assertThat(progress.advanced()).isLessThan(progress.expected());
        cluster.run();
        assertNothingIsLeftAndTheNextWorks();
    }

    @Test
    void a_lost_stream_of_wal_is_noticed_while_files_are_copied() {
        var request = TestRepository.request(cluster).withMaxRate(4 << 20);
        var progress = AtPhase.whileReading(() -> cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'walsender'"));

        var failure = catchThrowableOfType(ServerException.class, () -> repository.backUp(request, progress));

        assertThat(failure.retryable()).isTrue();
        assertThat(progress.advanced()).isLessThan(progress.expected());
        assertNothingIsLeftAndTheNextWorks();
    }

    @Test
    void wal_that_does_not_arrive_in_time_is_no_backup() {
        store.get().stick(key -> key.text().contains("/wal/"));
        var request = TestRepository.request(cluster).withWalTimeout(Duration.ofSeconds(1));

        var failure =
                catchThrowableOfType(BackupException.class, () -> repository.backUp(request, BackupProgress.NONE));

        assertThat(failure.getMessage())
                .matches("WAL up to 0/[0-9A-F]+ was not in the repository after 1 s: it is there up to 0/[0-9A-F]+");
        assertThat(failure.hint())
                .isEqualTo(
                        "see what slows the repository or the connection to the server down, or raise --wal-timeout");
        assertThat(failure.code()).isEqualTo("backup.wal-timeout");
        assertThat(failure.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
        store.get().recover();
        assertNothingIsLeftAndTheNextWorks();
    }

    @Test
    void a_store_that_fails_at_any_write_leaves_no_manifest() {
        store.get().failAt(Integer.MAX_VALUE);
        repository.backUp(cluster);
        int all = store.get().operations();
        var backups = repository.repository().manifests().ids().size();

        // The last operation creates the manifest; every seventeenth before it, and the first five.
        for (int n = all; n > 0; n -= n > 5 ? Math.min(n - 5, all / 17) : 1) {
            store.get().failAt(n);
            var failure = catchThrowable(() -> backUp(BackupProgress.NONE));
            store.get().recover();

            if (failure == null) {
                // Copiers share the work differently each time: this one took fewer operations.
                backups++;
            } else {
                assertThat(failure).as("operation %d of %d", n, all).isInstanceOf(StoreException.class);
            }
            assertThat(repository.repository().manifests().ids()).hasSize(backups);
            assertNoSlotIsLeft();
        }
        assertTheNextWorks();
    }

    @Test
    void an_interrupted_backup_says_so() throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        var reading = new CountDownLatch(1);
        var request = TestRepository.request(cluster).withMaxRate(1 << 20);
        var thread = Thread.ofPlatform()
                .start(() -> failure.set(
                        catchThrowable(() -> repository.backUp(request, AtPhase.whileReading(reading::countDown)))));
        reading.await();

        thread.interrupt();
        thread.join(Duration.ofSeconds(10));

        assertThat(thread.isAlive()).isFalse();
        assertThat(failure.get()).isInstanceOf(BackupException.class).hasMessage("the backup was interrupted");
        assertNothingIsLeftAndTheNextWorks();
    }

    @Test
    void an_error_of_a_copier_is_not_swallowed() {
        var progress = AtPhase.whileReading(() -> {
            throw new StackOverflowError("deep");
        });

        var failure = catchThrowable(() -> backUp(progress));

        assertThat(failure).isInstanceOf(StackOverflowError.class);
        assertNothingIsLeftAndTheNextWorks();
    }

    private void backUp(BackupProgress progress) {
        repository.backUp(TestRepository.request(cluster), progress);
    }

    private void assertNothingIsLeftAndTheNextWorks() {
        assertThat(repository.repository().manifests().ids()).isEmpty();
        assertNoSlotIsLeft();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("copier-") || name.equals("backup-wal"));
        assertTheNextWorks();
    }

    private void assertNoSlotIsLeft() {
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        cluster.ask("SELECT count(*) FROM pg_replication_slots").equals("0"));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> cluster.ask(
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holdfast' AND pid <> pg_backend_pid()")
                        .equals("0"));
    }

    private void assertTheNextWorks() {
        var before = ContentOf.everyTable(cluster);
        try (var restored = PlainRestore.restore(repository, repository.backUp(cluster))
                .with(Map.of())
                .run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(before);
        }
    }
}
