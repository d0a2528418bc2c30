package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that was restored to an earlier moment and went on on timeline 2, while timeline 1 went on, too. */
class TimelineRestoreIT {

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;
    private static Instant shared;
    private static Lsn fork;
    private static Instant afterBoth;

    @BeforeAll
    static void make_history() {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('shared')");
        shared = cluster.now();
        cluster.execute("INSERT INTO public.story VALUES ('old')");
        fork = cluster.storeWal();
        // The checkpoint with which timeline 2 begins tells whole seconds: in the same second, both could be meant.
        cluster.execute("SELECT pg_sleep(1)");
        try (var second = RestoredCluster.start(cluster, cluster.request("second", RecoveryTarget.to(shared)))) {
            try (var session = second.session()) {
                session.execute("INSERT INTO public.story VALUES ('new')");
                session.execute("SELECT pg_switch_wal()");
                session.execute("INSERT INTO public.story VALUES ('newer')");
            }
            new StoredStream(second.settings(), cluster.repository, 100).store(fork);
        }
        cluster.execute("INSERT INTO public.story VALUES ('older')");
        cluster.storeWal();
        afterBoth = cluster.now();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void the_latest_position_is_on_the_newest_branch_which_is_named() {
        var request = cluster.request("latest", RecoveryTarget.latest());
        assertThat(cluster.restore(request).plan().notes()).containsExactly("timeline 2 is the newest of 2 branches");
        assertThat(lines(request)).containsExactly("shared", "new", "newer");
    }

    @Test
    void the_old_branch_is_there_for_whoever_asks_for_it() {
        assertThat(lines(cluster.request("old", RecoveryTarget.latest()).withTimeline(new TimelineId(1))))
                .containsExactly("shared", "old", "older");
    }

    @Test
    void a_time_before_the_fork_lies_in_one_branch() {
        assertThat(lines(cluster.request("shared", RecoveryTarget.to(shared)))).containsExactly("shared");
    }

    @Test
    void a_position_on_both_branches_is_refused_with_the_branches() {
        var request = cluster.request("both", RecoveryTarget.to(fork));

        var refusal = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(request).run());

        assertThat(refusal)
                .hasMessageContaining(
                        "is not reachable: it lies in 2 branches of the history: timeline 1 (from 0/0): stops at ")
                .hasMessageContaining("; timeline 2 (from ");
        assertThat(refusal.hint()).isEqualTo("say which with --timeline");
        assertThat(request.directory()).doesNotExist();
        assertThat(afterBoth).isNotNull();
    }

    private static List<String> lines(RestoreRequest request) {
        try (var restored = RestoredCluster.start(cluster, request)) {
            return restored.list("SELECT line FROM public.story");
        }
    }
}
