package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RunningRestore;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What happens to servers between two backups: the second must notice it, or need not. */
class IncrementalIncidentsIT {

    /** A server that keeps its WAL can show after a restart that it remembers its last backup. */
    private static final Map<String, String> SUMMARIZING =
            Map.of("summarize_wal", "on", "fsync", "off", "wal_keep_size", "64MB");

    private TestCluster cluster;
    private TestRepository repository;
    private BackupChain chain;

    @BeforeEach
    void begin() {
        cluster = TestCluster.create(
                        18, InitOptions.forTests().withDataChecksums(false).withWalSegmentMegabytes(1))
                .with(SUMMARIZING)
                .run();
        repository = TestRepository.create();
        chain = new BackupChain(repository, SUMMARIZING);
        cluster.execute(
                "CREATE TABLE story AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 8000) AS n",
                "CREATE TABLE still AS TABLE story",
                "CREATE INDEX ON story (n)",
                "VACUUM (FREEZE) story, still");
        chain.full(cluster);
    }

    @AfterEach
    void end() {
        repository.close();
        cluster.close();
    }

    /** One row of one block. */
    private void change(int row) {
        cluster.execute("UPDATE story SET n = -n WHERE n = " + row);
    }

    private void restartWith(Map<String, String> settings) {
        cluster.server().stop(Shutdown.FAST);
        cluster.with(settings).run();
    }

    @Test
    void crashes_and_doubts_lose_nothing() throws IOException {
        change(1);
        cluster.execute("CREATE UNLOGGED TABLE unlogged AS SELECT 1 AS n");
        cluster.server().kill();
        cluster.run();
        change(1000);
        var crashed = chain.summarized(cluster);

        change(2000);
        var changed = cluster.ask("pg_current_wal_insert_lsn()");
        cluster.execute("CHECKPOINT");
        awaitSummary(changed);
        removeSummaries();
        chain.compared(cluster, "hole");

        restartWith(Map.of("summarize_wal", "off"));
        change(3000);
        chain.compared(cluster, "summarizer-off");

        restartWith(Map.of("wal_level", "minimal", "max_wal_senders", "0"));
        cluster.execute("TRUNCATE still", "DO $$ BEGIN TRUNCATE still; INSERT INTO still TABLE story; END $$");
        change(4000);
        restartWith(Map.of("wal_level", "replica", "max_wal_senders", "5", "summarize_wal", "on"));
        change(5000);
        var compared = chain.compared(cluster, "hole");
        change(6000);
        chain.summarized(cluster);

        chain.assertRestores(crashed, cluster);
        chain.assertRestores(compared, cluster);
        chain.assertRestores(chain.last(), cluster);
    }

    /** Until there is a summary of the WAL up to a position. */
    private void awaitSummary(String position) {
        var reached = "(SELECT summarized_lsn >= '%s' FROM pg_get_wal_summarizer_state())".formatted(position);
        await().until(() -> cluster.ask(reached).equals("true"));
    }

    private void removeSummaries() throws IOException {
        try (var files = Files.newDirectoryStream(cluster.data().resolve("pg_wal/summaries"), "*.summary")) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }

    @Test
    void a_summarizer_that_lags_is_waited_for_and_one_that_is_stuck_is_not_believed() {
        var summarizer = cluster.ask("(SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsummarizer')");
        run("kill", "-STOP", summarizer);
        change(1);
        var waking = AtPhase.entering(
                BackupProgress.Phase.FINDING_CHANGES,
                () -> Thread.ofPlatform().start(() -> {
                    LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
                    run("kill", "-CONT", summarizer);
                }));
        var request = TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL);
        var lagging = BackupDetails.of(repository.backUp(request, waking))
                .incremental()
                .orElseThrow();
        assertThat(lagging.method()).isEqualTo(IncrementalDetails.Method.SUMMARIES);
        assertThat(lagging.summarizerWait()).isGreaterThan(Duration.ofMillis(300));

        // A minute passes before it counts as stuck.
        if (Boolean.getBoolean("holdfast.torture")) {
            run("kill", "-STOP", summarizer);
            change(2);
            chain.compared(cluster, "summarizer-stuck");
            run("kill", "-CONT", summarizer);
            chain.assertRestores(chain.last(), cluster);
        }
    }

    /** The parent has read the table already, and a checkpoint divides what follows from what came before. */
    @Test
    void what_was_written_while_the_parent_was_taken_is_in_the_next_one() {
        var late = AtPhase.whenNearlyRead(() -> {
            change(5);
            cluster.execute("CHECKPOINT");
        });
        repository.backUp(TestRepository.request(cluster).withJobs(1), late);
        assertThat(late.happened()).isTrue();
        change(4000);

        var next = chain.summarized(cluster);

        chain.assertRestores(next, cluster);
    }

    /** Neither WAL nor the size of a file tells that every page was written. */
    @Test
    @NeedsClientPrograms
    void checksums_that_were_switched_on_offline_are_in_the_next_backup() {
        var programs = PostgresClientPrograms.version18();
        cluster.server().stop(Shutdown.FAST);
        programs.output(
                "pg_checksums", "--enable", "--no-sync", "-D", cluster.data().toString());
        cluster.run();
        change(7);
        chain.compared(cluster, "checksums");
        change(8);
        chain.summarized(cluster);

        try (var restored = PlainRestore.restore(repository, chain.last().manifest())) {
            restored.with(SUMMARIZING).run();
            assertThat(ContentOf.everything(restored.connection()))
                    .isEqualTo(chain.last().content());
            restored.server().stop(Shutdown.FAST);
            programs.output("pg_checksums", "--check", "-D", restored.data().toString());
        }
    }

    @Test
    void a_promotion_is_crossed_and_an_abandoned_branch_is_not_built_upon() {
        change(10);
        var before = chain.summarized(cluster);
        change(20);
        promote();
        change(30);
        var onSecond = chain.summarized(cluster);
        assertThat(onSecond.manifest().parent()).contains(before.manifest().id());
        assertThat(BackupDetails.of(onSecond.manifest()).timeline()).isEqualTo(new TimelineId(2));

        // Back to where the first timeline was before it was left, and on from there on a third one.
        cluster.server().stop(Shutdown.FAST);
        var stop = BackupDetails.of(before.manifest()).stop();
        try (var again = RunningRestore.inPlace(
                repository.repository(),
                repository.reference(),
                new RecoveryTarget.Position(stop, true),
                request -> request,
                cluster.data(),
                cluster.server().binaries(),
                SUMMARIZING)) {
            again.stop();
        }
        cluster.run();
        cluster.execute("UPDATE story SET text = 'third' WHERE n = 40");
        var onThird = chain.incremental(cluster);
        assertThat(onThird.manifest().parent()).contains(before.manifest().id());
        assertThat(BackupDetails.of(onThird.manifest()).timeline()).isEqualTo(new TimelineId(3));
        change(50);
        assertThat(chain.summarized(cluster).manifest().parent())
                .contains(onThird.manifest().id());

        chain.assertRestores(onSecond, cluster);
        chain.assertRestores(onThird, cluster);
        chain.assertRestores(chain.last(), cluster);
    }

    private void promote() {
        cluster.server().stop(Shutdown.FAST);
        cluster.plant("standby.signal", "");
        cluster.run();
        assertThat(cluster.ask("pg_promote(wait_seconds => 60)")).isEqualTo("true");
    }

    /** More than are looked at, and as many of another generation. */
    @Test
    void backups_of_a_clock_that_was_ahead_do_not_hide_the_newest() {
        var full = chain.last().manifest();
        for (int hours = 1; hours <= 140; hours++) {
            var begun = full.begun().plus(hours, ChronoUnit.HOURS);
            repository
                    .repository()
                    .manifests()
                    .commit(new Manifest(
                            full.version(),
                            BackupId.of(begun, BackupId.Kind.FULL),
                            full.generation() + hours % 2,
                            full.parent(),
                            begun,
                            begun.plusSeconds(1),
                            full.deadline(),
                            full.frameSize(),
                            full.samenessEpoch(),
                            full.catalogue(),
                            full.totals(),
                            full.postgres()));
        }

        change(12);
        var first = chain.summarized(cluster);
        change(13);
        var second = chain.summarized(cluster);

        assertThat(first.manifest().parent()).contains(full.id());
        assertThat(second.manifest().parent()).contains(first.manifest().id());
    }

    /** As when a virtual machine goes back to a snapshot: same timeline, same positions, another history. */
    @Test
    void a_cluster_that_went_back_in_time_is_not_built_upon_what_it_has_forgotten() throws IOException {
        cluster.server().stop(Shutdown.FAST);
        var snapshot = cluster.folder().resolve("snapshot");
        copy(cluster.data(), snapshot);
        cluster.run();
        cluster.execute("UPDATE story SET text = 'forgotten' WHERE n % 100 = 1", "CHECKPOINT");
        var forgotten = chain.summarized(cluster);

        cluster.server().stop(Shutdown.IMMEDIATE);
        remove(cluster.data());
        copy(snapshot, cluster.data());
        cluster.run();
        goBeyond(BackupDetails.of(forgotten.manifest()).stop());
        var after = chain.incremental(cluster);

        assertThat(after.details().doubts())
                .extracting(IncrementalDetails.Doubt::code)
                .containsExactly("other-wal");
        chain.assertRestores(after, cluster);
    }

    /** Nobody waits until it has passed where its backups stopped: the two would have other WAL of one position, and no restore could tell. */
    @Test
    void a_cluster_that_went_back_writes_no_backup_over_the_wal_of_one_that_it_has_forgotten() throws IOException {
        cluster.server().stop(Shutdown.FAST);
        var snapshot = cluster.folder().resolve("snapshot");
        copy(cluster.data(), snapshot);
        cluster.run();
        var first = changedWhileTaken(1);
        cluster.execute("SELECT pg_switch_wal()", "SELECT txid_current()", "SELECT pg_switch_wal()");
        var second = changedWhileTaken(2);

        cluster.server().stop(Shutdown.IMMEDIATE);
        remove(cluster.data());
        copy(snapshot, cluster.data());
        cluster.run();
        cluster.execute("UPDATE story SET text = 'remembered' WHERE n % 1000 = 3");
        assertRefusedAsOther(first);
        var between = chain.incremental(cluster);
        approach(BackupDetails.of(second.manifest()).start());
        assertRefusedAsOther(second);
        change(14);
        var beyond = chain.summarized(cluster);

        assertThat(between.manifest().parent()).contains(second.manifest().id());
        assertThat(between.details().method()).isEqualTo(IncrementalDetails.Method.COMPARISON);
        assertThat(beyond.manifest().parent()).contains(between.manifest().id());
        chain.assertRestores(first, cluster);
        chain.assertRestores(second, cluster);
        chain.assertRestores(between, cluster);
        chain.assertRestores(beyond, cluster);
    }

    private BackupChain.Link changedWhileTaken(int row) {
        var during = AtPhase.entering(
                BackupProgress.Phase.COPYING,
                () -> cluster.execute("UPDATE story SET text = 'forgotten' WHERE n % 1000 = " + row));
        var request = TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL);
        return new BackupChain.Link(repository.backUp(request, during), ContentOf.everything(cluster.connection()));
    }

    private void assertRefusedAsOther(BackupChain.Link forgotten) {
        assertThatThrownBy(() -> repository.incremental(cluster))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("backup " + forgotten.manifest().id())
                .hasMessageContaining("differs on timeline 1 from ");
    }

    /** Until a backup would start in the segment of a position: it begins with a new one. */
    private void approach(Lsn position) {
        var size = new WalSegmentSize(1024 * 1024);
        var before = size.start(position).plus(-size.bytes());
        while (cluster.ask("pg_current_wal_insert_lsn() < '%s'".formatted(before))
                .equals("true")) {
            cluster.execute("SELECT txid_current()", "SELECT pg_switch_wal()");
        }
        cluster.execute("SELECT txid_current()");
    }

    /** The snapshot holds the checkpoint that the backup begins with, and not the record that ends it. */
    @Test
    void a_cluster_that_went_back_into_the_midst_of_its_last_backup_is_compared() throws IOException {
        var snapshot = cluster.folder().resolve("snapshot");
        var during = AtPhase.entering(BackupProgress.Phase.COPYING, () -> {
            copy(cluster.data(), snapshot);
            cluster.execute("UPDATE story SET text = 'forgotten' WHERE n % 100 = 1", "CHECKPOINT");
        });
        var request = TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL);
        var forgotten = repository.backUp(request, during);

        cluster.server().stop(Shutdown.IMMEDIATE);
        remove(cluster.data());
        copy(snapshot, cluster.data());
        Files.delete(cluster.data().resolve("postmaster.pid"));
        cluster.run();
        goBeyond(BackupDetails.of(forgotten).stop());
        var after = chain.incremental(cluster);

        assertThat(after.details().doubts())
                .extracting(IncrementalDetails.Doubt::code)
                .containsExactly("other-wal");
        chain.assertRestores(after, cluster);
    }

    /** Only that the server was started again is left to tell: whoever sets files back must do that. */
    @Test
    void a_cluster_that_went_back_is_compared_also_when_the_wal_that_would_tell_is_gone() throws IOException {
        restartWith(Map.of("wal_keep_size", "0"));
        loseWalOf(chain.full(cluster).manifest());
        change(1);
        chain.summarized(cluster); // it has run all the time
        var snapshot = cluster.folder().resolve("snapshot");
        var during = AtPhase.entering(BackupProgress.Phase.COPYING, () -> {
            copy(cluster.data(), snapshot);
            cluster.execute("UPDATE story SET text = 'forgotten' WHERE n % 100 = 1", "CHECKPOINT");
        });
        var request = TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL);
        var forgotten = repository.backUp(request, during);

        cluster.server().stop(Shutdown.IMMEDIATE);
        remove(cluster.data());
        copy(snapshot, cluster.data());
        Files.delete(cluster.data().resolve("postmaster.pid"));
        cluster.run();
        goBeyond(BackupDetails.of(forgotten).stop());
        loseWalOf(forgotten);
        var after = chain.compared(cluster, "restarted");
        change(2);
        chain.summarized(cluster);

        assertThat(after.manifest().parent()).contains(forgotten.id());
        chain.assertRestores(after, cluster);
    }

    /** Neither the server nor its machine knows of it: the start is the same as before. Only the time that it has run tells. */
    @Test
    void a_machine_that_went_back_with_its_memory_into_the_midst_of_its_last_backup_is_compared() throws IOException {
        restartWith(Map.of("wal_keep_size", "0"));
        var snapshot = cluster.folder().resolve("snapshot");
        var during = AtPhase.entering(BackupProgress.Phase.COPYING, () -> {
            copy(cluster.data(), snapshot);
            cluster.execute("UPDATE story SET text = 'forgotten' WHERE n % 100 = 1", "CHECKPOINT");
        });
        var request = TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL);
        var forgotten = repository.backUp(request, during);

        cluster.server().stop(Shutdown.IMMEDIATE);
        remove(cluster.data());
        copy(snapshot, cluster.data());
        Files.delete(cluster.data().resolve("postmaster.pid"));
        cluster.run();
        asIfItHadAlwaysRun(forgotten);
        goBeyond(BackupDetails.of(forgotten).stop());
        loseWalOf(forgotten);
        var after = chain.compared(cluster, "machine-halted");
        change(2);
        chain.summarized(cluster);

        assertThat(after.manifest().parent()).contains(forgotten.id());
        chain.assertRestores(after, cluster);
    }

    /** The backup says that this server was started then, on a machine that had run for an hour longer than it says now. */
    private void asIfItHadAlwaysRun(Manifest backup) throws IOException {
        var details = (ObjectNode) backup.postgres().deepCopy();
        details.put(
                "serverStarted",
                cluster.ask(
                        "to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
        var machine = details.withObject("machine");
        machine.put(
                "runMillis",
                machine.get("runMillis").longValue() + Duration.ofHours(1).toMillis());
        Files.delete(Path.of(repository.reference().location())
                .resolve(backup.id().manifestKey().text()));
        repository
                .repository()
                .manifests()
                .commit(new Manifest(
                        backup.version(),
                        backup.id(),
                        backup.generation(),
                        backup.parent(),
                        backup.begun(),
                        backup.completed(),
                        backup.deadline(),
                        backup.frameSize(),
                        backup.samenessEpoch(),
                        backup.catalogue(),
                        backup.totals(),
                        details));
    }

    /** Until a checkpoint has removed the WAL at its end. */
    private void loseWalOf(Manifest backup) {
        var last = BackupDetails.of(backup).stop().plus(-1);
        var segment = cluster.data()
                .resolve("pg_wal")
                .resolve(new WalSegmentSize(1024 * 1024)
                        .name(new TimelineId(1), last)
                        .toString());
        await().until(() -> {
            cluster.execute("SELECT pg_switch_wal()", "SELECT txid_current()", "CHECKPOINT");
            return Files.notExists(segment);
        });
    }

    private void goBeyond(Lsn reached) {
        while (cluster.ask("pg_current_wal_insert_lsn() < '%s'".formatted(reached))
                .equals("true")) {
            cluster.execute("INSERT INTO still SELECT n, 'other' FROM generate_series(1, 1000) n");
        }
        cluster.execute("UPDATE story SET text = 'remembered' WHERE n % 1000 = 7", "CHECKPOINT");
    }

    @Test
    @NeedsClientPrograms
    void a_server_that_was_rewound_is_read_where_the_rewinding_wrote() throws IOException {
        restartWith(Map.of("wal_log_hints", "on"));
        chain.full(cluster);
        cluster.server().stop(Shutdown.FAST);
        var folder = TestCluster.newFolder();
        var data = folder.resolve("other data");
        copy(cluster.data(), data);
        try (var other = TestCluster.adopt(18, folder, data)) {
            other.with(SUMMARIZING).with(Map.of("wal_log_hints", "on"));
            other.plant("standby.signal", "");
            other.run();
            assertThat(other.ask("pg_promote(wait_seconds => 60)")).isEqualTo("true");
            other.execute("UPDATE story SET text = 'of the other' WHERE n % 1000 = 3", "CHECKPOINT");
            other.server().stop(Shutdown.FAST);
            cluster.run();
            cluster.execute("UPDATE story SET text = 'lost' WHERE n % 1000 = 4", "CHECKPOINT");
            var lost = chain.summarized(cluster);
            cluster.server().stop(Shutdown.FAST);

            PostgresClientPrograms.version18()
                    .output("pg_rewind", "--no-sync", "--source-pgdata=" + data, "--target-pgdata=" + cluster.data());
            cluster.run();
            change(11);
            var rewound = chain.incremental(cluster);

            assertThat(rewound.manifest().parent())
                    .isNotEqualTo(java.util.Optional.of(lost.manifest().id()));
            chain.assertRestores(rewound, cluster);
        }
    }

    private void copy(Path from, Path to) {
        run("cp", "-a", from.toString(), to.toString());
    }

    private void remove(Path tree) {
        run("rm", "-r", tree.toString());
    }

    /** As ourselves: root keeps owners, anybody else is the only one. */
    private static void run(String... words) {
        try {
            assertThat(new ProcessBuilder(List.of(words)).inheritIO().start().waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
