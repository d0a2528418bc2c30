package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a backup gets on: its progress, its rate, its name, its timeline. */
class BackupCourseIT {

    private TestCluster cluster;
    private TestRepository repository;

    @BeforeEach
    void start() {
        cluster = TestCluster.start();
        repository = TestRepository.create();
        cluster.execute("CREATE TABLE t AS SELECT n, repeat('x', 100) AS x FROM generate_series(1, 100000) AS n");
    }

    @AfterEach
    void stop() {
        repository.close();
        cluster.close();
    }

    @Test
    void progress_adds_up_to_what_was_expected_and_totals_to_what_is_there() {
        cluster.execute("CHECKPOINT");
        var progress = AtPhase.entering(BackupProgress.Phase.COMMITTING, () -> {});

        var manifest = repository.backUp(TestRepository.request(cluster), progress);

        assertThat(progress.advanced()).isEqualTo(progress.expected()).isPositive();
        assertThat(manifest.totals().readBytes()).isEqualTo(progress.advanced());
        assertThat(manifest.totals().bytes()).isEqualTo(progress.expected());
        assertThat(manifest.totals().files())
                .isEqualTo(repository.entries(manifest).values().stream()
                        .filter(entry -> entry instanceof FileEntry.File)
                        .count());
        assertThat(manifest.totals().storedBytes()).isPositive().isLessThan(progress.advanced());
    }

    @Test
    void keeps_below_the_rate() {
        int rate = 16 << 20;
        var progress = AtPhase.entering(BackupProgress.Phase.COMMITTING, () -> {});
        long begun = System.nanoTime();

        repository.backUp(TestRepository.request(cluster).withMaxRate(rate), progress);

        double seconds = (System.nanoTime() - begun) / 1e9;
        assertThat(progress.advanced() / seconds).isLessThan(rate * 1.1);
    }

    @Test
    void two_at_once_have_different_names_and_both_count() {
        var one = CompletableFuture.supplyAsync(() -> repository.backUp(cluster));
        var other = CompletableFuture.supplyAsync(() -> repository.backUp(cluster));

        assertThat(one.join().id()).isNotEqualTo(other.join().id());
        assertThat(repository.repository().manifests().ids())
                .containsExactlyInAnyOrder(one.join().id(), other.join().id());
        assertRestores(cluster, one.join());
        assertRestores(cluster, other.join());
    }

    @Test
    void after_a_promotion_the_history_is_stored_with_it() {
        var first = repository.backUp(cluster);
        try (var promoted = PlainRestore.restore(repository, first)) {
            promoted.plant("standby.signal", "");
            promoted.run().ask("SELECT pg_promote()");
            await().until(() -> promoted.ask("SELECT pg_is_in_recovery()").equals("false"));

            var second = repository.backUp(promoted);

            assertThat(BackupDetails.of(second).timeline().number()).isEqualTo(2);
            assertThat(repository
                            .repository()
                            .store()
                            .find(second.id()
                                    .folder()
                                    .child("00000001")
                                    .child("history")
                                    .child("00000002")))
                    .isPresent();
            assertRestores(promoted, second);
        }
    }

    @Test
    void twenty_thousand_small_files_cost_few_objects() throws IOException {
        var folder = Files.createDirectory(cluster.data().resolve("many"));
        for (int i = 0; i < 20_000; i++) {
            Files.writeString(folder.resolve("file %05d".formatted(i)), "content " + i);
        }
        cluster.server().user().own(folder);

        var manifest = repository.backUp(cluster);

        assertThat(repository.paths(manifest).stream().filter(path -> path.startsWith("data/many/")))
                .hasSize(20_000);
        try (var pages = repository.repository().manifests().pages(manifest)) {
            assertThat(pages.count()).isBetween(20L, 400L);
        }
        try (var objects = repository.repository().store().list(manifest.id().folder())) {
            assertThat(objects.count()).isLessThan(20);
        }
        assertRestores(cluster, manifest);
    }

    private void assertRestores(TestCluster source, Manifest manifest) {
        try (var restored = PlainRestore.restore(repository, manifest).run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(ContentOf.everyTable(source));
        }
    }
}
