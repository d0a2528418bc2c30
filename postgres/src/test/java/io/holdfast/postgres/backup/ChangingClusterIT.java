package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.wal.Lsn;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server goes on working while its files are copied; what is restored is what it held at the stop. */
class ChangingClusterIT {

    private TestCluster cluster;
    private TestRepository repository;

    @BeforeEach
    void start() {
        cluster = TestCluster.start();
        repository = TestRepository.create();
        cluster.execute(
                "CREATE TABLE t AS SELECT n, repeat('x', 100) AS x FROM generate_series(1, 30000) AS n",
                "CREATE TABLE accounts AS SELECT n AS id, 100 AS balance FROM generate_series(1, 1000) AS n",
                "CREATE INDEX ON accounts (id)");
    }

    @AfterEach
    void stop() {
        repository.close();
        cluster.close();
    }

    @Test
    void files_that_grow_shrink_appear_and_vanish_are_no_failure() {
        cluster.execute("CREATE TABLE gone AS TABLE t", "CREATE TABLE emptied AS TABLE t", "CREATE DATABASE dropped");
        var midway = AtPhase.whileReading(() -> cluster.execute(
                "INSERT INTO t SELECT n, 'new' FROM generate_series(1, 30000) AS n",
                "DROP TABLE gone",
                "TRUNCATE emptied",
                "DELETE FROM accounts WHERE id > 10",
                "VACUUM accounts",
                "CREATE TABLE appeared AS TABLE accounts",
                "DROP DATABASE dropped",
                "CREATE DATABASE appeared",
                "CHECKPOINT"));

        assertRestoresAsItIsNow(midway);
        assertThat(midway.happened()).isTrue();
    }

    @Test
    void a_small_file_that_vanishes_after_it_was_listed_is_left_out() {
        var file = cluster.plant("aaa", "soon gone");
        // PG_VERSION is read first, and both are read in one go.
        var request = TestRepository.request(cluster).withJobs(1);
        var midway =
                AtPhase.whileReading(() -> assertThat(file.toFile().delete()).isTrue());

        var manifest = repository.backUp(request, midway);

        assertThat(repository.paths(manifest)).contains("data/PG_VERSION").doesNotContain("data/aaa");
    }

    @Test
    void tablespaces_that_appear_and_vanish_are_no_failure() {
        var old = cluster.folderBeside("old");
        var young = cluster.folderBeside("young");
        var between = cluster.folderBeside("between");
        cluster.execute("CREATE TABLESPACE old LOCATION '%s'".formatted(old));
        cluster.execute("CREATE TABLE in_old TABLESPACE old AS TABLE t");
        var midway = AtPhase.entering(
                BackupProgress.Phase.COPYING,
                () -> cluster.execute(
                        "CREATE TABLESPACE young LOCATION '%s'".formatted(young),
                        "CREATE TABLE in_young TABLESPACE young AS TABLE accounts",
                        "DROP TABLE in_old",
                        "DROP TABLESPACE old"));
        var starting = AtPhase.entering(
                BackupProgress.Phase.STARTING,
                () -> cluster.execute(
                        "CREATE TABLESPACE between LOCATION '%s'".formatted(between),
                        "CREATE TABLE in_between TABLESPACE between AS TABLE accounts"));

        var manifest = repository.backUp(TestRepository.request(cluster), both(starting, midway));

        var paths = repository.paths(manifest);
        assertThat(BackupDetails.of(manifest).tablespaces())
                .extracting(Tablespace::name)
                .contains("between")
                .doesNotContain("young");
        var links = paths.stream()
                .filter(path -> path.matches("data/pg_tblspc/[0-9]+"))
                .toList();
        assertThat(links)
                .as("neither the dropped one nor the one that appeared")
                .hasSize(1);
    }

    @Test
    void configuration_that_is_replaced_meanwhile_is_taken_whole() {
        var file = cluster.data().resolve("zz.conf");
        cluster.plant("zz.conf", "short = 1\n");
        cluster.plant("zy.conf", "long = 1\n".repeat(100));
        var midway = AtPhase.whileReading(() -> {
            cluster.plant("zz.conf", "longer_than_before = 2\n".repeat(10));
            cluster.plant("zy.conf", "s = 1\n");
        });

        var entries = repository.entries(repository.backUp(TestRepository.request(cluster), midway));

        assertThat(file).hasSize(230);
        assertThat(TestRepository.file(entries, "data/zz.conf").size()).isEqualTo(230);
        assertThat(TestRepository.file(entries, "data/zy.conf").size()).isEqualTo(6);
    }

    @Test
    void a_load_of_transfers_and_a_flood_of_wal_are_restored_consistently() throws InterruptedException {
        var done = new AtomicBoolean();
        var failure = new AtomicReference<Throwable>();
        var workers = new ArrayList<Thread>();
        for (int seed = 1; seed <= 2; seed++) {
            workers.add(Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> failure.set(e))
                    .start(() -> {
                        try (var session = cluster.sql()) {
                            while (!done.get()) {
                                session.execute(
                                        "UPDATE accounts SET balance = balance + CASE WHEN id = ids[1] THEN 1 ELSE -1 END"
                                                + " FROM (SELECT ARRAY[1 + (random() * 400)::int, 501 + (random() * 400)::int]) AS x (ids)"
                                                + " WHERE id = ANY (ids)");
                                session.execute(
                                        "INSERT INTO t SELECT n, repeat('w', 500) FROM generate_series(1, 500) AS n");
                            }
                        }
                    }));
        }

        var manifest = repository.backUp(TestRepository.request(cluster).withMaxRate(40 << 20), BackupProgress.NONE);
        done.set(true);
        for (var worker : workers) {
            worker.join();
        }

        assertThat(failure.get()).isNull();
        var details = BackupDetails.of(manifest);
        assertThat(details.stop().minus(details.start())).isGreaterThan(1 << 20);
        assertThat(details.damagedPageCount()).isZero();
        try (var restored = PlainRestore.restore(repository, manifest).run()) {
            assertThat(restored.ask("SELECT sum(balance) FROM accounts")).isEqualTo("100000");
            assertThat(restored.ask("SELECT count(DISTINCT id) FROM accounts")).isEqualTo("1000");
            restored.execute("CREATE EXTENSION amcheck", "SELECT public.bt_index_check('accounts_id_idx', true)");
        }
    }

    @Test
    void the_control_file_is_taken_whole_while_it_is_written() throws Exception {
        var control = cluster.data().resolve("global/pg_control");
        var whole = Files.readAllBytes(control);
        var done = new AtomicBoolean();
        var writer = Thread.ofPlatform().start(() -> {
            try (var file = new RandomAccessFile(control.toFile(), "rw")) {
                while (!done.get()) {
                    file.seek(300);
                    file.write(new byte[] {1});
                    file.seek(40);
                    file.write(new byte[] {(byte) System.nanoTime(), 9, 9});
                    Thread.onSpinWait();
                    file.seek(0);
                    file.write(whole);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            for (int i = 0; i < 300; i++) {
                assertThat(ControlFileReader.read(cluster.data(), Thread::sleep).bytes())
                        .startsWith(Arrays.copyOf(whole, 40));
            }
        } finally {
            done.set(true);
            writer.join();
        }
    }

    @Test
    void the_control_file_is_read_after_every_other_file() {
        var checkpoint = new AtomicReference<String>();
        var midway = AtPhase.whenNearlyRead(() -> {
            cluster.execute("CHECKPOINT");
            checkpoint.set(cluster.ask("SELECT checkpoint_lsn FROM pg_control_checkpoint()"));
        });

        var manifest = repository.backUp(TestRepository.request(cluster), midway);

        var control = ControlFile.parse(BackupDetails.of(manifest).controlFile().toArray());
        assertThat(control.orElseThrow().checkpoint()).isEqualTo(Lsn.parse(checkpoint.get()));
    }

    @Test
    void label_and_map_are_those_that_the_server_gave_at_the_stop() {
        cluster.plant("backup_label", "START WAL LOCATION: 0/0 (file 000000010000000000000000)\n");

        var manifest = repository.backUp(cluster);

        var details = BackupDetails.of(manifest);
        assertThat(details.label())
                .contains("START WAL LOCATION: " + details.start(), "LABEL: holdfast " + manifest.id());
        assertThat(repository.paths(manifest)).doesNotContain("data/backup_label");
    }

    private void assertRestoresAsItIsNow(BackupProgress progress) {
        var manifest = repository.backUp(TestRepository.request(cluster), progress);
        var now = ContentOf.everyTable(cluster);
        try (var restored =
                PlainRestore.restore(repository, manifest).with(Map.of()).run()) {
            assertThat(ContentOf.everyTable(restored)).isEqualTo(now);
        }
    }

    private static BackupProgress both(BackupProgress one, BackupProgress other) {
        return new BackupProgress() {
            @Override
            public void spared(long bytes) {}

            @Override
            public void phase(Phase phase) {
                one.phase(phase);
                other.phase(phase);
            }

            @Override
            public void expected(long bytes) {}

            @Override
            public void advanced(long bytes) {}
        };
    }
}
