package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.removal.RemovalReport;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper for which only the newest backup counts comes between the decision to restore the one before it and the hold. */
class RestoreGuardIT {

    private static final Duration NOTHING = Duration.ofMillis(1);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private ProtectedCluster cluster;
    private Manifest older;
    private Lsn end;
    private int tables;
    private final List<String> remarks = new ArrayList<>();

    private final RestoreProgress progress = new RestoreProgress() {
        @Override
        public void phase(Phase phase) {}

        @Override
        public void expected(long bytes) {}

        @Override
        public void advanced(long bytes) {}

        @Override
        public void remark(String line) {
            remarks.add(line);
        }
    };

    @BeforeEach
    void back_up_twice() {
        cluster = ProtectedCluster.start(folder, 18);
        older = cluster.backup();
        write();
        end = cluster.storeWal();
        write();
        cluster.backup();
        cluster.storeWal();
    }

    private void write() {
        cluster.execute("CREATE TABLE public.t%d AS SELECT repeat('x', 100) FROM generate_series(1, 50000)"
                .formatted(tables++));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private RestorePlan plan() {
        return cluster.restore(
                        cluster.request("restored", RecoveryTarget.to(end)).withBackup(older.id()))
                .plan();
    }

    private RemovalReport expire() throws InterruptedException {
        // What is as young as the grace is left alone.
        Thread.sleep(NOTHING.multipliedBy(20));
        return new Keeper(
                        cluster.repository,
                        new PostgresContents(cluster.repository, NOTHING),
                        RetentionPolicy.ofWindow(NOTHING),
                        NOTHING)
                .run();
    }

    private RestoreGuard guard(RestorePlan plan) {
        var archive =
                RecoveryCatalogue.load(cluster.repository, OptionalInt.empty()).archive();
        return RestoreGuard.over(cluster.repository, archive, plan, progress);
    }

    @Test
    void what_went_before_it_was_held_ends_a_restore_before_it_begins() throws Exception {
        var plan = plan();
        assertThat(RemovalReport.objects(expire().removed())).isZero();
        assertThat(RemovalReport.objects(expire().removed())).isPositive();

        assertThatThrownBy(() -> guard(plan))
                .isInstanceOf(RestoreException.class)
                .hasMessageMatching("WAL from .* was removed by 'expire' while the restore was decided on");
        assertThat(new Holds(cluster.repository)
                        .inForce(cluster.repository.store().now()))
                .isEmpty();
    }

    @Test
    void what_is_condemned_when_it_is_held_stays_and_a_remark_is_made() throws Exception {
        var plan = plan();
        assertThat(RemovalReport.objects(expire().condemned())).isPositive();

        try (var _ = guard(plan)) {
            assertThat(remarks).singleElement().asString().contains("was about to be removed: it is held now");
            assertThat(RemovalReport.objects(expire().removed())).isZero();
            assertThat(plan().end()).isEqualTo(plan.end());
        }
    }

    @Test
    void what_nobody_wants_to_remove_is_held_without_a_word() {
        try (var _ = guard(plan())) {
            assertThat(remarks).isEmpty();
            assertThat(new Holds(cluster.repository)
                            .inForce(cluster.repository.store().now()))
                    .hasSize(1);
        }
    }
}
