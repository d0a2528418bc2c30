package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.Shutdown;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DamagedPagesIT {

    private static final int PAGE = 8192;

    private TestCluster cluster;
    private TestRepository repository;
    private Path table;

    @BeforeEach
    void start() {
        start(true);
    }

    private void start(boolean checksums) {
        cluster = TestCluster.create(18, InitOptions.forTests().withDataChecksums(checksums))
                .run();
        repository = TestRepository.create();
        cluster.execute(
                "CREATE TABLE t AS SELECT n, repeat('x', 100) AS x FROM generate_series(1, 10000) AS n", "CHECKPOINT");
        table = cluster.fileOf("t");
    }

    @AfterEach
    void stop() {
        repository.close();
        cluster.close();
    }

    @Test
    void are_reported_with_file_and_block_and_the_backup_is_stored() {
        flip(table, 3 * PAGE + 5000);
        flip(table, 40 * PAGE + 100);

        var details = details(BackupProgress.NONE);

        assertThat(details.damagedPages()).containsExactly(block(3), block(40));
        assertThat(details.damagedPageCount()).isEqualTo(2);
        assertThat(repository.repository().manifests().ids()).hasSize(1);
    }

    @Test
    void are_named_by_the_server_in_every_database_and_where_all_share_them() {
        cluster.execute("CREATE DATABASE \"the shop\" TEMPLATE template0");
        cluster.executeIn("the shop", """
                CREATE TABLE "Orders" (id int PRIMARY KEY, note text STORAGE EXTERNAL);
                INSERT INTO "Orders" SELECT n, repeat('x', 9000) FROM generate_series(1, 9) AS n""");
        cluster.execute("CHECKPOINT");
        flip(fileIn("the shop", "'\"Orders_pkey\"'"), PAGE + 100);
        flip(fileIn("the shop", "(SELECT reltoastrelid FROM pg_class WHERE relname = 'Orders')"), 100);
        flip(cluster.fileOf("pg_shdescription"), 100);

        assertThat(details(BackupProgress.NONE).damagedPages())
                .extracting(page -> page.relation().orElseThrow().toString())
                .anySatisfy(
                        name -> assertThat(name)
                                .matches(
                                        "TOAST table pg_toast\\.pg_toast_\\d+ of table public\\.\"Orders\" in database the shop"))
                .contains(
                        "index public.\"Orders_pkey\" of table public.\"Orders\" in database the shop",
                        "table pg_catalog.pg_shdescription")
                .hasSize(3);
    }

    @Test
    void of_a_relation_that_is_gone_when_the_server_is_asked_have_no_name() {
        flip(table, 3 * PAGE + 5000);
        var progress = AtPhase.entering(BackupProgress.Phase.WAITING_FOR_WAL, () -> cluster.execute("DROP TABLE t"));

        assertThat(details(progress).damagedPages())
                .containsExactly(DamagedPage.of("data/" + cluster.data().relativize(table), 3));
    }

    private Path fileIn(String database, String relation) {
        try (var session = cluster.sql(database)) {
            String path =
                    session.one("SELECT pg_relation_filepath(%s) AS path".formatted(relation), row -> row.text("path"));
            return cluster.data().resolve(path);
        }
    }

    @Test
    void that_look_new_but_are_not_empty_are_reported() {
        write(table, 5 * PAGE + 14, new byte[2]);

        assertThat(details(BackupProgress.NONE).damagedPages()).containsExactly(block(5));
    }

    @Test
    void that_claim_to_come_from_the_future_are_reported() {
        var future = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x7F)
                .putInt(0);
        write(table, 7L * PAGE, future.array());

        assertThat(details(BackupProgress.NONE).damagedPages()).containsExactly(block(7));
    }

    @Test
    void that_the_server_changed_meanwhile_are_not_damaged() {
        // The checksum is wrong, and the position lies between start and stop: recovery writes this page anew.
        var progress = AtPhase.entering(BackupProgress.Phase.COPYING, () -> {
            cluster.execute("UPDATE t SET x = 'y' WHERE n = 1", "CHECKPOINT");
            flip(table, 8000);
        });

        assertThat(details(progress).damagedPageCount()).isZero();
    }

    @Test
    void that_change_between_two_readings_are_not_damaged() throws InterruptedException {
        try (var writer = new Rewriter(table, 11 * PAGE)) {
            writer.begin();

            assertThat(details(BackupProgress.NONE).damagedPages()).isEmpty();
        }
    }

    @Test
    void a_part_of_a_page_at_the_end_of_a_file_is_no_damage() throws IOException {
        try (var file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(file.length());
            file.write(new byte[] {1, 2, 3, 4, 5});
        }

        assertThat(details(BackupProgress.NONE).damagedPageCount()).isZero();
    }

    @Test
    void in_other_files_or_without_checksums_are_not_looked_for() throws IOException {
        stop();
        start(false);
        flip(table, 3 * PAGE + 5000);

        var details = details(BackupProgress.NONE);

        assertThat(details.damagedPageCount()).isZero();
        assertThat(details.checksums()).isFalse();
    }

    @Test
    void numbers_blocks_across_segments() throws IOException {
        cluster.server().stop(Shutdown.FAST);
        var second = Path.of(table + ".2");
        Files.write(second, Arrays.copyOf(Files.readAllBytes(table), 3 * PAGE));
        cluster.server().user().own(second);
        cluster.with(Map.of()).run();

        var damaged = details(BackupProgress.NONE).damagedPages();

        assertThat(damaged)
                .isNotEmpty()
                .allMatch(page -> page.block() >= 262144 && page.file().endsWith(".2"));
        assertThat(damaged.getFirst().block()).isEqualTo(262144);
    }

    private BackupDetails details(BackupProgress progress) {
        return BackupDetails.of(repository.backUp(TestRepository.request(cluster), progress));
    }

    private DamagedPage block(long number) {
        return new DamagedPage(
                "data/" + cluster.data().relativize(table),
                number,
                Optional.of(new DamagedRelation(Optional.of("postgres"), "table", "public.t", Optional.empty())));
    }

    private static void flip(Path file, long at) {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int old = open.read();
            open.seek(at);
            open.write(old ^ 0x55);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, long at, byte[] bytes) {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes a page without end, so that no two readings of it agree and its checksum never holds. */
    private static final class Rewriter implements AutoCloseable {

        private final Thread thread;
        private final CountDownLatch running = new CountDownLatch(1);

        Rewriter(Path file, long page) {
            thread = Thread.ofPlatform().unstarted(() -> {
                try (var open = new RandomAccessFile(file.toFile(), "rw")) {
                    for (long n = 0; !Thread.currentThread().isInterrupted(); n++) {
                        open.seek(page + 4000);
                        open.writeLong(n);
                        running.countDown();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        void begin() throws InterruptedException {
            thread.start();
            running.await();
        }

        @Override
        public void close() {
            thread.interrupt();
            await().until(() -> !thread.isAlive());
        }
    }
}
