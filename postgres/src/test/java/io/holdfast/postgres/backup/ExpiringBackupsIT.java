package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Backups of a real server that expire while others are taken, by a keeper as strict as can be. */
class ExpiringBackupsIT {

    private static final Duration NOTHING = Duration.ofMillis(1);

    private static void expire(Repository repository) {
        for (int i = 0; i < 2; i++) {
            new Keeper(
                            repository,
                            new PostgresContents(repository, NOTHING),
                            RetentionPolicy.ofWindow(NOTHING),
                            NOTHING)
                    .run();
            passes(repository.store().now().plusMillis(20), repository);
        }
    }

    /** The grace, on the clock of the store. */
    private static void passes(Instant moment, Repository repository) {
        while (repository.store().now().isBefore(moment)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void those_that_stay_restore_wherever_in_the_next_one_others_expire() {
        var interposed = new ArrayList<InterposedStore>();
        try (var cluster = TestCluster.start(18, Map.of("summarize_wal", "on"));
                var repository = TestRepository.create(store -> {
                    interposed.add(new InterposedStore(store));
                    return interposed.getFirst().store();
                })) {
            cluster.execute("CREATE TABLE numbers AS SELECT n, repeat(md5(n::text), 8) AS text"
                    + " FROM generate_series(1, 20000) AS n");
            var taken = new ArrayList<Manifest>();
            var contents = new HashMap<BackupId, Map<String, String>>();
            taken.add(repository.backUp(cluster));
            contents.put(taken.getFirst().id(), ContentOf.everyTable(cluster));
            for (var place : List.of("/intent-", "/data-", "/map-", "/wal/", "manifest/")) {
                cluster.execute("UPDATE numbers SET text = md5(text) WHERE n % 7 = " + taken.size());
                interposed.getFirst().before(key -> key.text().contains(place), () -> expire(repository.repository()));

                var next = repository.incremental(cluster);

                assertThat(interposed.getFirst().isWaiting()).as(place).isFalse();
                assertThat(next.parent()).contains(taken.getLast().id());
                taken.add(next);
                contents.put(next.id(), ContentOf.everyTable(cluster));
            }
            expire(repository.repository());

            var left = repository.repository().manifests().readAll();
            assertThat(left).hasSize(2).doesNotContain(taken.getFirst());
            for (var manifest : left) {
                try (var restored = PlainRestore.restore(repository, manifest).run()) {
                    assertThat(ContentOf.everyTable(restored))
                            .as("backup %s", manifest.id())
                            .isEqualTo(contents.get(manifest.id()));
                }
            }
        }
    }
}
