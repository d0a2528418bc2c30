package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No state that an interruption leaves is one in which a server starts. */
class InterruptedRestoreIT {

    private static final int INTERRUPTIONS = 14;

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;

    @BeforeAll
    static void make_history() {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.execute(
                "CREATE TABLE public.bulk AS SELECT i, md5(i::text) AS filler FROM generate_series(1, 50000) i");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('all of it')");
        cluster.storeWal();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static final class Interruption extends RuntimeException {

        private static final long serialVersionUID = 1;

        Interruption(int step) {
            super("interrupted at step " + step);
        }
    }

    /** Counts what a restore tells of itself, and ends it at one such step. */
    private static final class Steps implements RestoreProgress {

        private final AtomicInteger steps = new AtomicInteger();
        private final int last;

        Steps(int last) {
            this.last = last;
        }

        private void step() {
            int step = steps.incrementAndGet();
            if (step == last) {
                throw new Interruption(step);
            }
        }

        @Override
        public void phase(Phase phase) {
            step();
        }

        @Override
        public void expected(long bytes) {}

        @Override
        public void advanced(long bytes) {
            step();
        }
    }

    private static Restore restore(RestoreRequest request, RestoreProgress progress) {
        return new Restore(cluster.repository, request, progress, InstantSource.system(), Thread::sleep);
    }

    private static void refusesToStart(Path directory) {
        var server = UnprivilegedUser.current()
                .run(
                        List.of(cluster.bin().resolve("postgres").toString(), "-D", directory.toString()),
                        Map.of(),
                        Duration.ofSeconds(20));
        assertThat(server.succeeded()).as(server.output() + server.errors()).isFalse();
        assertThat(server.output() + server.errors()).doesNotContain("ready to accept");
    }

    @Test
    void a_restore_that_is_interrupted_again_and_again_goes_on_and_never_leaves_a_cluster_that_starts() {
        var whole = new Steps(Integer.MAX_VALUE);
        restore(cluster.request("uninterrupted", RecoveryTarget.latest()), whole)
                .run();
        int steps = whole.steps.get();
        var request = cluster.request("interrupted", RecoveryTarget.latest());

        for (int i = 1; i <= INTERRUPTIONS; i++) {
            // The last four are those after the copy.
            int step = Math.max(1, i > INTERRUPTIONS - 4 ? steps - (INTERRUPTIONS - i) : steps * i / INTERRUPTIONS);
            assertThatThrownBy(() -> restore(request, new Steps(step)).run())
                    .as("interrupted at step %d of %d", step, steps)
                    .isInstanceOf(Interruption.class);
            refusesToStart(request.directory());
        }

        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.list("SELECT line FROM public.story")).containsExactly("all of it");
            assertThat(restored.list("SELECT count(*)::text AS line FROM public.bulk WHERE filler = md5(i::text)"))
                    .containsExactly("50000");
        }
    }

    @Test
    void without_its_backup_label_a_restored_cluster_refuses_to_start() throws Exception {
        var request = cluster.request("label", RecoveryTarget.latest());
        restore(request, RestoreProgress.NONE).run();
        Files.delete(request.directory().resolve("backup_label"));
        Files.delete(request.directory().resolve("recovery.signal"));

        refusesToStart(request.directory());
    }
}
