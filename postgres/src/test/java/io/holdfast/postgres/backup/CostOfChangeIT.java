package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.Shutdown;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a backup costs depends on what changed, and on nothing else. */
class CostOfChangeIT {

    private static final long GIBIBYTE = 1L << 30;

    /** A terabyte takes minutes to be read once, for the full backup. */
    private static final int GIBIBYTES = Boolean.getBoolean("holdfast.torture") ? 1024 : 3;

    private static final String WIDE_ROWS =
            "INSERT INTO huge SELECT n, repeat('x', 3000) FROM generate_series(1, 200) AS n";

    /** Found by their place: nobody wants to look through a terabyte. */
    private static final String TEN_BLOCKS =
            "UPDATE huge SET text = 'y' WHERE ctid IN ('(0,1)', '(20,1)', '(40,1)', '(60,1)', '(80,1)', '(100,1)',"
                    + " '(120,1)', '(140,1)', '(160,1)', '(180,1)')";

    @Test
    void ten_changed_blocks_of_a_huge_table_cost_less_than_a_megabyte() {
        try (var cluster = TestCluster.start(18, Map.of("summarize_wal", "on", "checkpoint_timeout", "1h"));
                var repository = TestRepository.create()) {
            makeHuge(cluster);
            var full = repository.backUp(cluster);
            cluster.execute(TEN_BLOCKS);
            long heapBefore = usedHeap();

            var incremental = incremental(repository, cluster);

            var details = BackupDetails.of(incremental).incremental().orElseThrow();
            assertThat(full.totals().bytes()).isGreaterThan(GIBIBYTES * GIBIBYTE);
            assertThat(details.method()).isEqualTo(IncrementalDetails.Method.SUMMARIES);
            assertThat(details.changedBlocks()).isBetween(10L, 40L);
            assertThat(details.changedBytes()).isLessThan(details.changedBlocks() * 8192 * 12 / 10);
            assertThat(details.comparedBytes()).isZero();
            assertThat(details.consolidatedBytes()).isLessThan(256 * 1024);
            assertThat(bytesOf(repository.repository().store(), incremental)).isLessThan(1_000_000);
            assertThat(usedHeap() - heapBefore).isLessThan(64L * 1024 * 1024);
            System.out.printf(
                    "%d GiB, %s: %d ms, %d bytes in the repository%n",
                    GIBIBYTES,
                    details,
                    Duration.between(incremental.begun(), incremental.completed())
                            .toMillis(),
                    bytesOf(repository.repository().store(), incremental));
        }
    }

    @Test
    void the_number_of_backups_does_not_matter() {
        var counting = new AtomicReference<CountingStore>();
        try (var cluster = TestCluster.start(18, Map.of("summarize_wal", "on"));
                var repository = TestRepository.create(store -> {
                    counting.set(new CountingStore(store));
                    return counting.get();
                })) {
            var full = repository.backUp(cluster);
            incremental(repository, cluster);
            addOlder(repository, full, 1, 8);
            counting.get().forget();
            incremental(repository, cluster);
            var readAmongTen = counting.get().opened().size();
            var operationsAmongTen = counting.get().operations();
            addOlder(repository, full, 9, 490);
            counting.get().forget();

            incremental(repository, cluster);

            assertThat(counting.get().opened()).hasSizeLessThanOrEqualTo(readAmongTen);
            // A few more prolong its intent, should it take longer.
            assertThat(counting.get().operations()).isLessThanOrEqualTo(operationsAmongTen + 5);
            System.out.printf(
                    "%d operations of the store among 10 backups, %d among 500%n",
                    operationsAmongTen, counting.get().operations());
        }
    }

    /** Copies of a backup's manifest under names of the past: what they reach is there. */
    private static void addOlder(TestRepository repository, Manifest manifest, int first, int last) {
        var manifests = repository.repository().manifests();
        for (int i = first; i <= last; i++) {
            var begun = manifest.begun().minus(i, ChronoUnit.MINUTES);
            manifests.commit(new Manifest(
                    manifest.version(),
                    BackupId.of(begun, BackupId.Kind.FULL),
                    manifest.generation(),
                    manifest.parent(),
                    begun,
                    begun.plusSeconds(1),
                    manifest.deadline(),
                    manifest.frameSize(),
                    manifest.samenessEpoch(),
                    manifest.catalogue(),
                    manifest.totals(),
                    manifest.postgres()));
        }
    }

    /** A table that goes on in files without a single block on the disk, as after an enormous extension. */
    private static void makeHuge(TestCluster cluster) {
        cluster.execute(
                "CREATE TABLE huge (n int, text text) WITH (fillfactor = 40)",
                "ALTER TABLE huge ALTER text SET STORAGE PLAIN",
                WIDE_ROWS,
                "VACUUM (FREEZE) huge",
                "CHECKPOINT");
        var file = cluster.fileOf("huge");
        cluster.server().stop(Shutdown.FAST);
        extend(file);
        for (int segment = 1; segment < GIBIBYTES; segment++) {
            var next = file.resolveSibling(file.getFileName() + "." + segment);
            extend(next);
            cluster.server().user().own(next);
        }
        cluster.run();
    }

    private static void extend(Path file) {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(GIBIBYTE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long bytesOf(ObjectStore store, Manifest manifest) {
        try (var objects = store.list(manifest.id().folder())) {
            return objects.mapToLong(StoredObject::size).sum();
        }
    }

    private static long usedHeap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static BackupRequest request(TestCluster cluster) {
        return TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL);
    }

    private static Manifest incremental(TestRepository repository, TestCluster cluster) {
        return repository.backUp(request(cluster), BackupProgress.NONE);
    }
}
