package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.InitOptions;
import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullBackupIT {

    private static final String[] NUMBERS = {
        "CREATE TABLE numbers AS SELECT n, md5(n::text) AS text FROM generate_series(1, 30000) AS n",
        "CREATE INDEX ON numbers (text)",
        "CREATE UNLOGGED TABLE passing AS SELECT 1 AS n"
    };

    @ParameterizedTest
    @ValueSource(ints = {18, 17, 16, 15, 14})
    void of_every_supported_version_restores_to_the_same_content(int major) {
        try (var cluster = TestCluster.start(major, Map.of());
                var repository = TestRepository.create()) {
            cluster.execute(NUMBERS);

            assertRestoresAsIs(repository, cluster);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void restores_with_other_sizes_of_wal_segments(int megabytes) {
        try (var cluster = TestCluster.create(18, InitOptions.forTests().withWalSegmentMegabytes(megabytes))
                        .with(Map.of("min_wal_size", "128MB"))
                        .run();
                var repository = TestRepository.create()) {
            cluster.execute(NUMBERS);

            assertRestoresAsIs(repository, cluster);
        }
    }

    @Test
    void of_odd_databases_restores_to_the_same_content() {
        try (var cluster = TestCluster.start();
                var repository = TestRepository.create()) {
            for (var name : List.of("Größe \"1\"", "with/slash", "pg_wal", "'; --")) {
                cluster.execute("CREATE DATABASE \"%s\"".formatted(name.replace("\"", "\"\"")));
                cluster.executeIn(name, "CREATE TABLE \"backup_label\" AS SELECT generate_series(1, 100) AS n");
            }

            assertRestoresAsIs(repository, cluster);
        }
    }

    @Test
    @NeedsClientPrograms
    void passes_amcheck_and_dumps_the_same() {
        var programs = PostgresClientPrograms.version18();
        try (var cluster = TestCluster.start();
                var repository = TestRepository.create()) {
            cluster.execute(NUMBERS);
            var before = dump(programs, cluster);

            var manifest = repository.backUp(cluster);

            try (var restored = PlainRestore.restore(repository, manifest).run()) {
                assertThat(dump(programs, restored)).isEqualTo(before);
                restored.execute("CREATE EXTENSION amcheck");
                var host = restored.server().socketDirectory().toString();
                var port = Integer.toString(restored.server().port());
                assertThat(programs.run(
                                        "pg_amcheck",
                                        "-h",
                                        host,
                                        "-p",
                                        port,
                                        "-U",
                                        "postgres",
                                        "--heapallindexed",
                                        "--rootdescend",
                                        "postgres")
                                .errors())
                        .isEmpty();
            }
        }
    }

    private static String dump(PostgresClientPrograms programs, TestCluster cluster) {
        var host = cluster.server().socketDirectory().toString();
        var port = Integer.toString(cluster.server().port());
        var text = programs.output(
                "pg_dump", "-h", host, "-p", port, "-U", "postgres", "--no-unlogged-table-data", "postgres");
        // Each dump draws a key for its restrict line.
        return text.replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    }

    private static void assertRestoresAsIs(TestRepository repository, TestCluster cluster) {
        var before = ContentOf.everyTable(cluster);

        var manifest = repository.backUp(cluster);

        try (var restored = PlainRestore.restore(repository, manifest).run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(before).isNotEmpty();
            assertThat(BackupDetails.of(manifest).damagedPageCount()).isZero();
        }
    }
}
