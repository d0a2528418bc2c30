package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One source cluster whose history has a row for every kind of target. */
class RestoreIT {

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;
    private static java.time.Instant afterSecond;

    @BeforeAll
    static void make_history() {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.execute(
                "CREATE TABLE public.bulk AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 40000) i");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('first')");
        cluster.execute("INSERT INTO public.story VALUES ('second')");
        afterSecond = cluster.now();
        cluster.execute("INSERT INTO public.story VALUES ('third')");
        cluster.storeWal();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void the_latest_position_brings_back_every_commit() {
        assertThat(lines(cluster.request("latest", RecoveryTarget.latest())))
                .containsExactly("first", "second", "third");
    }

    @Test
    void a_time_brings_back_what_was_committed_before_it() {
        assertThat(lines(cluster.request("time", RecoveryTarget.to(afterSecond))))
                .containsExactly("first", "second");
    }

    private List<String> lines(RestoreRequest request) {
        try (var restored = RestoredCluster.start(cluster, request)) {
            return restored.list("SELECT line FROM public.story");
        }
    }
}
