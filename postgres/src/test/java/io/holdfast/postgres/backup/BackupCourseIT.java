package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a backup gets on: its progress, its rate, its name, its timeline. */
class BackupCourseIT {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");

    /** Of a megabyte: more than the heap of 64. */
    private static final int PARTS = TORTURE ? 200 : 100;

    private static final int SMALL_FILES = TORTURE ? 20_000 : 4_000;

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

    /** 4 copiers, more than the heap that does not compress in one file, and a thousand small ones: nothing of that may have to fit. */
    @Test
    void a_heap_of_64_megabytes_is_enough_and_the_process_stays_small() throws Exception {
        try (var large = Files.newOutputStream(cluster.plant("large", ""))) {
            var random = new Random(64);
            var part = new byte[1_000_000];
            for (int i = 0; i < PARTS; i++) {
                random.nextBytes(part);
                large.write(part);
            }
        }
        for (int i = 0; i < 1000; i++) {
            cluster.plant("small/%04d".formatted(i), "content of %d".formatted(i));
        }
        var store = Path.of(repository.repository().store().location());
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BackupProcess.class.getName(),
                        store.toString(),
                        store.resolveSibling("key").toString(),
                        cluster.server().socketDirectory().toString(),
                        Integer.toString(cluster.server().port()))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(process.waitFor()).describedAs("%s", said).isZero();
        var manifest = repository.repository().manifests().read(new BackupId(said.get(said.size() - 2)));
        assertThat(manifest.totals().bytes()).isGreaterThan(PARTS * 1_000_000L);
        assertThat(Long.parseLong(said.getLast()))
                .describedAs("kB resident at most")
                .isLessThan(320_000);
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
    void thousands_of_small_files_cost_few_objects() throws IOException {
        var folder = Files.createDirectory(cluster.data().resolve("many"));
        for (int i = 0; i < SMALL_FILES; i++) {
            Files.writeString(folder.resolve("file %05d".formatted(i)), "content " + i);
        }
        cluster.server().user().own(folder);

        var manifest = repository.backUp(cluster);

        assertThat(repository.paths(manifest).stream().filter(path -> path.startsWith("data/many/")))
                .hasSize(SMALL_FILES);
        try (var pages = repository.repository().manifests().pages(manifest)) {
            assertThat(pages.count()).isBetween(SMALL_FILES / 1000L, SMALL_FILES / 50L);
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
