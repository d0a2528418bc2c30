package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.store.StoredObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many small tables, of which few change; with {@code -Dholdfast.torture=true} sixty thousand, which take minutes to be made. */
class ManyFilesIT {

    private static final int TABLES = Boolean.getBoolean("holdfast.torture") ? 60_000 : 1_500;

    /** So many tables in one transaction fit into the server's table of locks. */
    private static final int AT_ONCE = 1_500;

    /** The first number that a server gives to what is not its own (FirstNormalObjectId). */
    private static final int FIRST_OWN = 16384;

    private static final int BLOCK = 8192;
    private static final int CHANGED = 10;

    @Test
    void cost_what_those_that_change_cost() {
        var settings = Map.of("summarize_wal", "on");
        try (var cluster = TestCluster.start(18, settings);
                var repository = TestRepository.create()) {
            for (int first = 0; first < TABLES; first += AT_ONCE) {
                cluster.execute(
                        "DO $$ BEGIN FOR i IN %d..%d LOOP EXECUTE format('CREATE TABLE small_%%s AS SELECT %%s AS n', i, i); END LOOP; END $$"
                                .formatted(first, first + AT_ONCE - 1));
            }
            cluster.execute("VACUUM (FREEZE) pg_class, pg_attribute, pg_type, pg_depend", "CHECKPOINT");
            // A restored server that forced each of the files would take minutes to stop.
            var chain = new BackupChain(repository, Map.of("fsync", "off"));
            var full = repository.backUp(cluster);
            long heapBefore = usedHeap();
            change(cluster);
            var incremental = repository.incremental(cluster);
            long heapAfter = usedHeap();

            var details = BackupDetails.of(incremental).incremental().orElseThrow();
            System.out.printf(
                    "%d files: full %s, incremental %s, %d bytes in the repository%n",
                    full.totals().files(), full.totals(), details, stored(repository, incremental));

            assertThat(full.totals().files()).isGreaterThan(TABLES);
            assertThat(full.totals().readBytes())
                    .isBetween((long) TABLES * BLOCK, full.totals().bytes() * 11 / 10);
            assertThat(smallFiles(repository, full)).isEqualTo(TABLES);
            assertThat(smallFiles(repository, incremental)).isEqualTo(TABLES);
            assertThat(details.doubts()).isEmpty();
            assertThat(details.changedBytes()).isBetween((long) CHANGED * BLOCK, (long) CHANGED * BLOCK * 12 / 10);
            assertThat(details.comparedBytes()).isZero();
            assertThat(details.doubtfulFiles()).isZero();
            assertThat(stored(repository, incremental)).isLessThan(1_000_000);
            assertThat(heapAfter - heapBefore).isLessThan(16L * 1024 * 1024);
            chain.assertRestores(
                    new BackupChain.Link(incremental, ContentOf.everything(cluster.connection())), cluster);
        }
    }

    private static void change(TestCluster cluster) {
        for (int i = 0; i < CHANGED; i++) {
            cluster.execute("UPDATE small_%d SET n = -n - 1".formatted(i * (TABLES / CHANGED)));
        }
    }

    /** Files of one block that are not the server's own: those of the tables. */
    private static long smallFiles(TestRepository repository, Manifest manifest) {
        try (var entries = repository.repository().manifests().entries(manifest)) {
            return entries.filter(entry -> entry instanceof FileEntry.File file
                            && file.size() == BLOCK
                            && isOfATable(file.path().text()))
                    .count();
        }
    }

    private static boolean isOfATable(String path) {
        var name = path.substring(path.lastIndexOf('/') + 1);
        return path.startsWith("data/base/5/") && name.matches("[0-9]{5,9}") && Integer.parseInt(name) >= FIRST_OWN;
    }

    private static long stored(TestRepository repository, Manifest manifest) {
        try (var objects = repository.repository().store().list(manifest.id().folder())) {
            return objects.mapToLong(StoredObject::size).sum();
        }
    }

    private static long usedHeap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
