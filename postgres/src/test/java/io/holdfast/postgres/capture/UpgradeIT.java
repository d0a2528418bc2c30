package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreException;
import io.holdfast.postgres.upgrade.Upgrade;
import io.holdfast.postgres.upgrade.UpgradeException;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of PostgreSQL 17 whose content was loaded into one of 18, with segments of another size. */
class UpgradeIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected old;
    private EmbeddedPostgres next;

    @BeforeEach
    void start() {
        old = Protected.start(PostgresBinaries.of(17), folder, Map.of());
        next = NewCluster.initialise(
                        PostgresBinaries.version18(),
                        folder.resolve("data18"),
                        InitOptions.forTests().withWalSegmentMegabytes(2))
                .start(Map.of("fsync", "off"));
    }

    @AfterEach
    void stop() {
        next.close();
        old.close();
    }

    @Test
    void a_new_cluster_follows_the_old_one_which_stays_restorable() throws Exception {
        var inTheOldTime = protect_the_old_one_until_it_is_stopped();
        load_its_content_into_the_new_one();
        refuse_the_new_one_as_long_as_nobody_says_so();

        var opened = open_the_next_generation();

        refuse_the_old_one(opened);
        store_what_the_spool_held_then_capture_the_new_one();
        restore_each(inTheOldTime);
    }

    private ConnectionSettings server() {
        return Protected.tcp(next.port());
    }

    private Upgrade upgrade() {
        return new Upgrade(old.repository, server(), folder.resolve("state"));
    }

    private SystemIdentifier systemOfOld() {
        return Generation.all(old.repository).getFirst().systemIdentifier();
    }

    private Recovery recovery() {
        return new Recovery(old);
    }

    private Manifest backup(ConnectionSettings of) {
        return new BaseBackup(
                        old.repository,
                        BackupRequest.of(of, Protected.MEMBER).withKind(BackupId.Kind.INCREMENTAL),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
    }

    private void execute(String statement) {
        try (var session = SqlSession.open(server())) {
            session.execute(statement);
        }
    }

    private Instant protect_the_old_one_until_it_is_stopped() throws Exception {
        Instant time;
        old.execute("CREATE TABLE public.story (line text)");
        try (var capture = old.capture()) {
            Protected.awaitStreaming(capture);
            backup(old.tcp());
            old.execute("INSERT INTO public.story VALUES ('old')");
            capture.flush(SOON);
            try (var session = old.sql()) {
                time = session.one("SELECT clock_timestamp() AS time", row -> row.instant("time"));
            }
            old.repositoryDisk.readOnly(true);
            old.execute("INSERT INTO public.story VALUES ('spooled')");
            var end = old.flushed();
            await().atMost(SOON)
                    .until(() -> capture.status()
                            .received()
                            .filter(to -> !to.isBefore(end))
                            .isPresent());
            refuse_to_upgrade_while_it_is_captured();
        }
        old.repositoryDisk.readOnly(false);
        return time;
    }

    private void refuse_to_upgrade_while_it_is_captured() {
        assertThat(catchThrowableOfType(CaptureException.class, () -> upgrade().look())
                        .code())
                .isEqualTo("capture.running");
        var elsewhere = new Upgrade(old.repository, server(), folder.resolve("elsewhere"));
        assertThat(catchThrowableOfType(UpgradeException.class, elsewhere::look))
                .hasMessageStartingWith("member 'alpha' is still captured by session 1 on host 'test host'");
    }

    private void load_its_content_into_the_new_one() {
        try (var from = old.sql();
                var to = SqlSession.open(server())) {
            to.execute("CREATE TABLE public.story (line text)");
            from.list("SELECT line FROM public.story", row -> row.text("line"))
                    .forEach(line -> to.execute("INSERT INTO public.story VALUES ('" + line + "')"));
        }
        old.server.stop(Shutdown.FAST);
    }

    private void refuse_the_new_one_as_long_as_nobody_says_so() {
        var refusal = catchThrowableOfType(OtherClusterException.class, () -> backup(server()));
        assertThat(refusal)
                .hasMessageStartingWith(
                        "repository 'demo' protects another cluster than the one with system identifier ");
        assertThat(refusal.hint()).contains("say so with 'holdfast upgrade'");
        try (var capture = old.capture(old.captureSettings(server()))) {
            await().atMost(SOON).until(() -> capture.problem().isPresent());
            assertThat(capture.problem().orElseThrow()).isInstanceOf(OtherClusterException.class);
        }
        assertThat(catchThrowableOfType(UpgradeException.class, () -> upgrade().open(new SystemIdentifier(7))))
                .hasMessage("the repository protects the cluster with system identifier %s, not 7", systemOfOld());
        assertThat(Generation.all(old.repository)).hasSize(1);
    }

    private Generation open_the_next_generation() {
        assertThat(upgrade().look()).isInstanceOf(Upgrade.Prospect.Possible.class);
        var over = systemOfOld();
        var first = CompletableFuture.supplyAsync(() -> upgrade().open(over));
        var second = CompletableFuture.supplyAsync(() -> upgrade().open(over));

        var opened = first.join();

        assertThat(second.join()).isEqualTo(opened);
        assertThat(opened.number()).isEqualTo(2);
        assertThat(opened.majorVersion()).isEqualTo(18);
        assertThat(Generation.all(old.repository)).hasSize(2).last().isEqualTo(opened);
        assertThat(upgrade().look()).isEqualTo(new Upgrade.Prospect.Done(opened));
        return opened;
    }

    private void refuse_the_old_one(Generation opened) {
        old.server.start(old.settings);
        var refusal = catchThrowableOfType(OtherClusterException.class, () -> backup(old.tcp()));
        assertThat(refusal)
                .hasMessage(
                        "the cluster with system identifier %s is generation 1 of repository 'demo', and over: generation 2 has followed",
                        systemOfOld());
        assertThat(refusal.hint()).endsWith(opened.systemIdentifier().toString());
        assertThat(catchThrowableOfType(
                        OtherClusterException.class,
                        () -> new Upgrade(old.repository, old.tcp(), folder.resolve("state")).look()))
                .isNotNull();
        old.server.stop(Shutdown.FAST);
    }

    private void store_what_the_spool_held_then_capture_the_new_one() throws Exception {
        try (var capture = old.capture(old.captureSettings(server()))) {
            Protected.awaitStreaming(capture);
            var early = catchThrowableOfType(
                    RestoreException.class,
                    () -> recovery()
                            .restore(recovery().request("early", RecoveryTarget.latest()))
                            .plan());
            assertThat(early)
                    .hasMessage("target the latest position is not reachable in generation 2:"
                            + " there is no backup on the way to it; generation 1, the cluster before it, reaches it");
            assertThat(early.hint()).isEqualTo("say --generation 1; what is restored then needs PostgreSQL 17");
            var manifest = backup(server());
            assertThat(manifest.generation()).isEqualTo(2);
            assertThat(manifest.id().kind()).isEqualTo(BackupId.Kind.FULL);
            execute("INSERT INTO public.story VALUES ('new')");
            capture.flush(SOON);
        }
        var archives = Generation.all(old.repository).stream()
                .map(generation -> WalArchive.load(old.repository, generation))
                .toList();
        assertThat(archives)
                .allSatisfy(archive -> assertThat(archive.divergences()).isEmpty());
    }

    private void restore_each(Instant inTheOldTime) throws Exception {
        assertThat(recovery().story(recovery().request("latest", RecoveryTarget.latest()), bin(next)))
                .containsExactly("old", "spooled", "new");
        var then = recovery().request("then", RecoveryTarget.to(inTheOldTime));
        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> recovery().restore(then).plan()))
                .hasMessageContaining("generation 1, the cluster before it, reaches it");
        assertThat(recovery().story(then.withGeneration(1), bin(old.server))).containsExactly("old");
        assertThat(recovery()
                        .story(
                                recovery()
                                        .request("old", RecoveryTarget.latest())
                                        .withGeneration(1),
                                bin(old.server)))
                .isEqualTo(List.of("old", "spooled"));
        assertThat(catchThrowableOfType(
                        RestoreException.class,
                        () -> recovery().restore(then.withGeneration(3)).plan()))
                .hasMessage("there is no generation 3");
    }

    private static Path bin(EmbeddedPostgres server) {
        return server.binaries().folder().resolve("bin");
    }
}
