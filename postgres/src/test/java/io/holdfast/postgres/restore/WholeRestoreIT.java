package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeRestoreIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private static void makeHistory(ProtectedCluster cluster) {
        cluster.execute("CREATE TABLE public.story (line text PRIMARY KEY)");
        cluster.execute(
                "CREATE TABLE public.bulk AS SELECT i, md5(i::text) AS filler FROM generate_series(1, 20000) i");
        cluster.execute("CREATE INDEX ON public.bulk (filler)");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('kept')");
        cluster.execute("UPDATE public.bulk SET filler = md5(filler) WHERE i % 3 = 0");
        cluster.execute("DELETE FROM public.bulk WHERE i % 7 = 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    void every_supported_version_comes_back_to_a_time(int major) {
        try (var cluster = ProtectedCluster.start(folder, major)) {
            makeHistory(cluster);
            var rows = cluster.number("SELECT count(*) AS n FROM public.bulk");
            var time = cluster.now();
            cluster.execute("DROP TABLE public.bulk");
            cluster.storeWal();

            try (var restored = RestoredCluster.start(cluster, cluster.request("back", RecoveryTarget.to(time)))) {
                assertThat(restored.list("SELECT line FROM public.story")).containsExactly("kept");
                assertThat(restored.list("SELECT count(*)::text AS line FROM public.bulk"))
                        .containsExactly(Long.toString(rows));
            }
        }
    }

    @Test
    @NeedsClientPrograms
    void a_restored_cluster_dumps_the_same_as_its_source_and_passes_amcheck() {
        var programs = PostgresClientPrograms.version18();
        try (var cluster = ProtectedCluster.start(folder, 18)) {
            makeHistory(cluster);
            cluster.execute("CREATE EXTENSION amcheck");
            cluster.storeWal();
            var sockets = cluster.server.socketDirectory().toString();
            var before = dump(programs, sockets, cluster.server.port());

            try (var restored = RestoredCluster.start(cluster, cluster.request("same", RecoveryTarget.latest()))) {
                assertThat(dump(programs, sockets, restored.port))
                        .isEqualTo(before)
                        .contains("kept");
                var check = programs.run(
                        "pg_amcheck",
                        "-h",
                        sockets,
                        "-p",
                        Integer.toString(restored.port),
                        "-U",
                        "postgres",
                        "--heapallindexed",
                        "--all");
                assertThat(check.succeeded())
                        .as(check.output() + check.errors())
                        .isTrue();
            }
        }
    }

    private static String dump(PostgresClientPrograms programs, String sockets, int port) {
        // Each dump draws a key for its restrict line.
        return programs.output("pg_dump", "-h", sockets, "-p", Integer.toString(port), "-U", "postgres", "postgres")
                .replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    }
}
