package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IncrementalBackupIT {

    private static final String NUMBERS =
            "CREATE TABLE numbers AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 40000) AS n";

    private static final Map<String, String> SUMMARIZING = Map.of("summarize_wal", "on");

    /** One that summarizes WAL and one that does not; {@link IncrementalScenarioIT} has others of either kind. */
    static IntStream majors() {
        return Boolean.getBoolean("holdfast.torture") ? IntStream.rangeClosed(14, 18) : IntStream.of(18, 15);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void each_of_a_row_of_backups_restores_to_its_own_content(int major) {
        try (var cluster = TestCluster.start(major, major >= 17 ? SUMMARIZING : Map.of());
                var repository = TestRepository.create()) {
            cluster.execute(NUMBERS, "CREATE INDEX ON numbers (n)", "CREATE TABLE other AS SELECT 1 AS n");
            var states = new ArrayList<Map<String, String>>();
            var manifests = new ArrayList<Manifest>();
            states.add(ContentOf.everyTable(cluster));
            manifests.add(repository.backUp(cluster));
            for (var change : List.of(
                    "UPDATE numbers SET n = -n WHERE n % 4000 = 0",
                    "DELETE FROM numbers WHERE n > 20000",
                    "VACUUM numbers",
                    "INSERT INTO numbers SELECT n, 'new' FROM generate_series(1, 5000) AS n",
                    "TRUNCATE other",
                    "CREATE TABLE third AS SELECT * FROM numbers",
                    "SELECT 1")) {
                cluster.execute(change);
                states.add(ContentOf.everyTable(cluster));
                manifests.add(repository.incremental(cluster));
            }

            for (int i = 1; i < manifests.size(); i++) {
                assertThat(manifests.get(i).parent())
                        .contains(manifests.get(i - 1).id());
                assertThat(details(manifests.get(i)).method())
                        .as(details(manifests.get(i)).doubts().toString())
                        .isEqualTo(
                                major >= 17
                                        ? IncrementalDetails.Method.SUMMARIES
                                        : IncrementalDetails.Method.COMPARISON);
            }
            for (int i = 0; i < manifests.size(); i++) {
                try (var restored =
                        PlainRestore.restore(repository, manifests.get(i)).run()) {
                    assertThat(ContentOf.everyTable(restored))
                            .as("backup %d", i)
                            .isEqualTo(states.get(i))
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void reads_little_more_than_what_changed() {
        try (var cluster = TestCluster.start(18, SUMMARIZING);
                var repository = TestRepository.create()) {
            cluster.execute(NUMBERS, "VACUUM (FREEZE) numbers", "CHECKPOINT");
            repository.backUp(cluster);
            cluster.execute("UPDATE numbers SET n = -n WHERE n IN (1, 10000, 20000, 30000)");

            var manifest = repository.incremental(cluster);

            var details = details(manifest);
            System.out.println(details + " " + manifest.totals());
            assertThat(details.changedBytes()).isPositive().isLessThan(details.changedBlocks() * 8192 * 12 / 10);
            assertThat(details.comparedBytes()).isZero();
            assertThat(details.doubtfulFiles()).isZero();
            assertThat(manifest.totals().storedBytes()).isLessThan(2_000_000);
        }
    }

    @Test
    void without_a_parent_is_full() {
        try (var cluster = TestCluster.start();
                var repository = TestRepository.create()) {
            var manifest = repository.incremental(cluster);

            assertThat(manifest.id().kind()).isEqualTo(BackupId.Kind.FULL);
            assertThat(manifest.parent()).isEmpty();
            assertThat(BackupDetails.of(manifest).incremental()).isEmpty();
        }
    }

    private static IncrementalDetails details(Manifest manifest) {
        return BackupDetails.of(manifest).incremental().orElseThrow();
    }
}
