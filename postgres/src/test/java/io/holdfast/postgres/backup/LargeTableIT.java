package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A table of more frames than one task of a restore has; with {@code -Dholdfast.torture=true} of more than a gibibyte, so that it has several
 * files and is cut across them.
 */
class LargeTableIT {

    /** Two of them fill a block. */
    private static final int ROW = 3900;

    private static final long BLOCKS = Boolean.getBoolean("holdfast.torture") ? 131072 * 11 / 10 : 3000;

    @Test
    void is_changed_cut_and_grown_again_between_backups() {
        try (var cluster = TestCluster.start(18, Map.of("summarize_wal", "on"));
                var repository = TestRepository.create()) {
            var chain = new BackupChain(repository, Map.of("max_wal_size", "1GB"));
            cluster.execute("CREATE TABLE large (n int, text text)", "ALTER TABLE large ALTER text SET STORAGE PLAIN");
            grow(cluster, 'a');
            chain.full(cluster);
            cluster.execute("UPDATE large SET text = 'changed' WHERE n %% %d = 1".formatted(BLOCKS / 5));
            chain.summarized(cluster);
            cluster.execute("DELETE FROM large WHERE ctid >= '(%d,0)'".formatted(BLOCKS * 2 / 3), "VACUUM large");
            var cut = chain.summarized(cluster);
            grow(cluster, 'b');
            var last = chain.summarized(cluster);

            assertThat(cluster.ask("pg_relation_size('large') / 8192"))
                    .satisfies(blocks -> assertThat(Long.parseLong(blocks)).isGreaterThan(BLOCKS));
            assertThat(last.details().changedBlocks()).isPositive();
            chain.assertRestores(cut, cluster);
            chain.assertRestores(last, cluster);
        }
    }

    private static void grow(TestCluster cluster, char filler) {
        cluster.execute("INSERT INTO large SELECT n, repeat('%c', %d) FROM generate_series(1, %d) AS n"
                .formatted(filler, ROW, BLOCKS * 2));
    }
}
