package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster as Debian has it, with its configuration outside PGDATA, through restores of restores. */
class ForeignConfigurationIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void a_cluster_configured_from_outside_is_restored_time_and_again_and_never_opens_another_directory()
            throws Exception {
        var binaries = PostgresBinaries.of(18);
        var source = NewCluster.initialise(
                binaries, folder.resolve("source"), InitOptions.forTests().withWalSegmentMegabytes(1));
        var etc = moveConfigurationOut(source);
        var main = etc.resolve("postgresql.conf");
        try (var cluster = ProtectedCluster.of(folder, binaries, source, Map.of("config_file", main.toString()))) {
            cluster.execute("CREATE TABLE public.story AS SELECT 'source' AS line");
            cluster.backup();
            var first = folder.resolve("first");
            try (var server = restoredByHand(cluster, first)) {
                assertConfigured(server, "5MB", "source");
                Files.writeString(adopted(first, etc), "work_mem = '6MB'\n");
                execute(server, "UPDATE public.story SET line = 'first'");
                cluster.backup(ProtectedCluster.settings(server));
                server.stop(Shutdown.FAST);
            }
            source.stop(Shutdown.FAST);
            var second = folder.resolve("second");
            try (var server = restoredByHand(cluster, second)) {
                assertConfigured(server, "6MB", "first");
                server.stop(Shutdown.FAST);
                // Configured from outside again: what the restore left in PGDATA is out of date.
                Files.writeString(etc.resolve("conf.d/work.conf"), "work_mem = '7MB'\n");
                server.start(Map.of("config_file", main.toString(), "data_directory", second.toString()));
                cluster.backup(ProtectedCluster.settings(server));
            }
            var third = folder.resolve("third");
            try (var server = restoredByHand(cluster, third)) {
                assertConfigured(server, "7MB", "first");
            }
            assertThat(adopted(third, etc)).content().isEqualTo("work_mem = '7MB'\n");
        }
    }

    /** Where a user of PostgreSQL's group takes the backups, as docs/install.md says. */
    @Test
    void who_may_read_a_cluster_by_its_group_may_read_all_of_it_when_it_is_restored() throws Exception {
        var binaries = PostgresBinaries.of(18);
        var source = NewCluster.initialise(
                binaries, folder.resolve("source"), InitOptions.forTests().withWalSegmentMegabytes(1));
        var main = moveConfigurationOut(source).resolve("postgresql.conf");
        assertThat(new ProcessBuilder(
                                "chmod", "-R", "g+rX", source.dataDirectory().toString())
                        .start()
                        .waitFor())
                .isZero();
        try (var cluster = ProtectedCluster.of(folder, binaries, source, Map.of("config_file", main.toString()))) {
            cluster.execute("CREATE TABLE public.story AS SELECT 'source' AS line");
            cluster.backup();

            cluster.restore(cluster.request("again", new RecoveryTarget.Immediate()))
                    .run();

            assertThat(closedToTheGroup(folder.resolve("again"))).isEmpty();
        }
    }

    /** But for what the restore keeps for itself. */
    private static List<String> closedToTheGroup(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            return paths.map(path -> directory.relativize(path).toString())
                    .filter(name -> !name.startsWith("holdfast-restore"))
                    .filter(name -> !permissions(directory.resolve(name)).contains(PosixFilePermission.GROUP_READ))
                    .toList();
        }
    }

    private static Set<PosixFilePermission> permissions(Path path) {
        try {
            return Files.getPosixFilePermissions(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that names another place, as Debian has it and worse. */
    private Path moveConfigurationOut(EmbeddedPostgres source) throws IOException {
        var etc = Files.createDirectory(folder.resolve("etc"));
        for (var name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            Files.move(source.dataDirectory().resolve(name), etc.resolve(name));
        }
        Files.createDirectory(etc.resolve("conf.d"));
        Files.writeString(etc.resolve("conf.d/work.conf"), "work_mem = '5MB'\n");
        Files.writeString(etc.resolve("common.conf"), "maintenance_work_mem = '33MB'\n");
        // A stale one beside the true one must not be taken for it.
        Files.createDirectory(etc.resolve("a"));
        Files.writeString(etc.resolve("a/postgresql.conf"), "work_mem = '1MB'\n");
        Files.writeString(
                etc.resolve("postgresql.conf"),
                """
                data_directory = '%1$s'
                hba_file = '%2$s/pg_hba.conf'
                ident_file = '%2$s/pg_ident.conf'
                external_pid_file = '%2$s/main.pid'
                include_dir = 'conf.d'
                include '%2$s/common.conf'
                include_if_exists = 'a/postgresql.conf'
                work_mem = '2MB'
                include 'conf.d/work.conf'
                """.formatted(quoted(source.dataDirectory()), quoted(etc)),
                StandardOpenOption.APPEND);
        source.user().own(etc);
        return etc;
    }

    private static String quoted(Path path) {
        return path.toString().replace("'", "''");
    }

    private static Path adopted(Path directory, Path etc) {
        return directory.resolve("holdfast-config" + etc + "/conf.d/work.conf");
    }

    /** Recovered by the product, then started as anybody starts a server. */
    private static EmbeddedPostgres restoredByHand(ProtectedCluster cluster, Path directory) {
        var target = new RecoveryTarget.Immediate();
        RestoredCluster.start(cluster, cluster.request(directory.getFileName().toString(), target))
                .close();
        return EmbeddedPostgres.adopt(cluster.binaries, directory).start(Map.of("fsync", "off"));
    }

    private static void assertConfigured(EmbeddedPostgres server, String memory, String line) {
        var directory = server.dataDirectory();
        try (var session = SqlSession.open(ProtectedCluster.settings(server))) {
            assertThat(session.list("SELECT line FROM public.story", row -> row.text("line")))
                    .containsExactly(line);
            var settings = session.list(
                    "SELECT current_setting(name) AS value FROM unnest(ARRAY['data_directory', 'hba_file', 'ident_file',"
                            + " 'work_mem', 'maintenance_work_mem', 'external_pid_file']) WITH ORDINALITY AS s (name, n) ORDER BY n",
                    row -> row.text("value"));
            assertThat(settings)
                    .containsExactly(
                            directory.toString(),
                            directory.resolve("pg_hba.conf").toString(),
                            directory.resolve("pg_ident.conf").toString(),
                            memory,
                            "33MB",
                            "");
            assertThat(session.list(
                            "SELECT DISTINCT coalesce(sourcefile, '') AS file FROM pg_settings WHERE sourcefile IS NOT NULL",
                            row -> row.text("file")))
                    .allMatch(file -> file.startsWith(directory.toString()));
            assertThat(session.list(
                            "SELECT DISTINCT file_name AS file FROM pg_hba_file_rules", row -> row.text("file")))
                    .allMatch(file -> file.startsWith(directory + "/holdfast-config/"));
        }
    }

    private static void execute(EmbeddedPostgres server, String sql) {
        try (var session = SqlSession.open(ProtectedCluster.settings(server))) {
            session.execute(sql);
        }
    }
}
