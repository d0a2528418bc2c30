package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Backups of a standby that streams from its primary. The last test promotes it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StandbyBackupIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static TestRepository repository;
    private static TestCluster primary;
    private static TestCluster standby;

    @BeforeAll
    static void start_a_primary_and_its_standby() {
        repository = TestRepository.create();
        primary = TestCluster.start(18, Map.of("wal_keep_size", "256MB"));
        primary.execute("CREATE TABLE public.t AS SELECT g AS n FROM generate_series(1, 20000) AS g");
        standby = PlainRestore.restore(repository, repository.backUp(primary));
        standby.plant("standby.signal", "");
        standby.with(Map.of(
                        "primary_conninfo",
                        "host=127.0.0.1 user=postgres port=" + primary.server().port()))
                .run();
    }

    @AfterAll
    static void stop() {
        standby.close();
        primary.close();
        repository.close();
    }

    private static void awaitReplayed() {
        var position = primary.ask("pg_current_wal_flush_lsn()");
        await().atMost(SOON)
                .until(() -> standby.ask("pg_last_wal_replay_lsn() >= '" + position + "'")
                        .equals("true"));
    }

    @Test
    @Order(1)
    void recovers_to_what_the_standby_had_replayed() {
        primary.execute("INSERT INTO public.t SELECT generate_series(20001, 30000)", "CHECKPOINT");
        primary.execute("INSERT INTO public.t SELECT generate_series(30001, 40000)");
        awaitReplayed();

        var manifest = repository.backUp(standby);

        var details = BackupDetails.of(manifest);
        assertThat(details.label()).contains("BACKUP FROM: standby");
        assertThat(details.ownWal()).isTrue();
        assertThat(details.stopTime()).isBeforeOrEqualTo(details.startTime());
        try (var restored = PlainRestore.restore(repository, manifest)) {
            restored.run();
            assertThat(restored.ask("SELECT count(*) FROM public.t")).isEqualTo("40000");
        }
    }

    @Test
    @Order(2)
    void can_be_taken_while_the_primary_writes() {
        try (var session = primary.sql()) {
            var during = AtPhase.entering(BackupProgress.Phase.COPYING, () -> {
                session.execute("UPDATE public.t SET n = n + 1000000");
                session.execute("INSERT INTO public.t SELECT generate_series(1, 10000)");
                awaitReplayed();
            });
            var manifest = repository.backUp(TestRepository.request(standby), during);

            var archive = WalArchive.load(
                    repository.repository(),
                    Generation.newest(repository.repository()).orElseThrow());
            var details = BackupDetails.of(manifest);
            assertThat(archive.coveredFrom(details.timeline(), details.start()).orElseThrow())
                    .isGreaterThanOrEqualTo(details.stop());
            try (var restored = PlainRestore.restore(repository, manifest)) {
                restored.run();
                assertThat(restored.ask("SELECT count(*) FILTER (WHERE n > 1000000) FROM public.t"))
                        .isEqualTo("40000");
            }
        }
    }

    /** Its control file says where the files are consistent: one from before the copy would say so too early. */
    @Test
    @Order(3)
    void is_consistent_only_after_what_was_replayed_while_its_files_were_copied() throws IOException {
        var restartpoint = new AtomicReference<Lsn>();
        var nearlyRead = AtPhase.whenNearlyRead(() -> {
            primary.execute("UPDATE public.t SET n = n + 1", "CHECKPOINT");
            awaitReplayed();
            standby.execute("CHECKPOINT");
            restartpoint.set(Lsn.parse(standby.ask("SELECT min_recovery_end_lsn FROM pg_control_recovery()")));
        });

        var manifest = repository.backUp(TestRepository.request(standby), nearlyRead);

        try (var restored = PlainRestore.restore(repository, manifest)) {
            restored.run();
            assertThat(consistentAt(restored)).isGreaterThanOrEqualTo(restartpoint.get());
        }
    }

    private static Lsn consistentAt(TestCluster recovered) throws IOException {
        var line = Pattern.compile("consistent recovery state reached at ([0-9A-F/]+)")
                .matcher(Files.readString(recovered.server().log()));
        assertThat(line.find()).isTrue();
        return Lsn.parse(line.group(1));
    }

    @Test
    @Order(4)
    void full_pages_that_the_primary_did_not_write_fail_it() {
        primary.execute("ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()");
        try {
            await().atMost(SOON)
                    .until(() ->
                            primary.ask("current_setting('full_page_writes')").equals("off"));
            primary.execute("CHECKPOINT", "INSERT INTO public.t VALUES (0)", "CHECKPOINT");
            awaitReplayed();
            var manifests = repository.repository().manifests().ids().size();

            var refusal = catchThrowableOfType(RuntimeException.class, () -> repository.backUp(standby));

            assertThat(refusal).hasMessageContaining("full_page_writes");
            assertThat(repository.repository().manifests().ids()).hasSize(manifests);
        } finally {
            primary.execute("ALTER SYSTEM SET full_page_writes = on", "SELECT pg_reload_conf()", "CHECKPOINT");
            awaitReplayed();
        }
    }

    @Test
    @Order(5)
    void a_promotion_during_the_backup_fails_it() {
        var manifests = repository.repository().manifests().ids().size();
        primary.execute("CHECKPOINT");
        awaitReplayed();
        var during = AtPhase.entering(BackupProgress.Phase.COPYING, () -> {
            primary.server().stop(Shutdown.IMMEDIATE);
            standby.execute("SELECT pg_promote(true, 60)");
        });

        var refusal = catchThrowableOfType(
                BackupException.class, () -> repository.backUp(TestRepository.request(standby), during));

        assertThat(refusal.code()).isIn("backup.promoted", "backup.timeline-changed");
        assertThat(repository.repository().manifests().ids()).hasSize(manifests);
        assertThat(repository.backUp(standby).generation()).isEqualTo(1);
    }
}
