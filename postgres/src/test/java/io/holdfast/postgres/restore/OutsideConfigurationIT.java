package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that keeps its configuration as Debian does, with traps in it for whoever restores it. */
class OutsideConfigurationIT {

    private static final String FACTS =
            "SELECT current_setting('data_directory') || ' ' || current_setting('work_mem') AS line";

    @TempDir(factory = ServerFolder.class)
    private Path folder;

    private Path etc;
    private ProtectedCluster cluster;

    @BeforeEach
    void start() throws IOException {
        var binaries = PostgresBinaries.version18();
        var server = EmbeddedPostgres.initialise(binaries, folder.resolve("source"), InitOptions.forTests());
        etc = Files.createDirectories(folder.resolve("etc/main"));
        for (var name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            Files.move(folder.resolve("source").resolve(name), etc.resolve(name));
        }
        Files.createDirectory(etc.resolve("conf.d"));
        Files.writeString(etc.resolve("conf.d/work.conf"), "work_mem = '5MB'\n");
        Files.writeString(
                etc.resolve("conf.d/old.conf"),
                "recovery_target_xid = '3'\nrecovery_end_command = 'touch %s/ran'\nrecovery_min_apply_delay = '1h'\n"
                        .formatted(quoted(folder)));
        Files.writeString(etc.resolve("extra_hba.conf"), "local all nobody_special trust\n");
        append("pg_hba.conf", "include extra_hba.conf\n");
        append("postgresql.conf", """
                include_dir = 'conf.d'
                data_directory = '%1$s/source'
                hba_file = '%2$s/pg_hba.conf'
                ident_file = '%2$s/pg_ident.conf'
                """.formatted(quoted(folder), quoted(etc)));
        var key = Files.writeString(folder.resolve("source/server.key"), "a key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        server.user().own(folder);
        cluster = ProtectedCluster.of(
                folder,
                binaries,
                server,
                Map.of("config_file", etc.resolve("postgresql.conf").toString()));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static String quoted(Path path) {
        return path.toString().replace("'", "''");
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(etc.resolve(name), text, StandardOpenOption.APPEND);
    }

    private List<String> configuration(ConnectionSettings server) {
        var manifest = new BaseBackup(
                        cluster.repository,
                        BackupRequest.of(server, new MemberName("test")),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
        try (var entries = cluster.repository.manifests().entries(manifest)) {
            return entries.filter(FileEntry.File.class::isInstance)
                    .map(entry -> entry.path().text())
                    .filter(path -> path.startsWith("config/") || path.startsWith("data/holdfast-config"))
                    .toList();
        }
    }

    @Test
    void comes_back_in_each_directory_that_it_is_restored_to_and_starts_no_other() throws Exception {
        cluster.execute("CREATE TABLE public.kept AS SELECT 1 AS line");
        assertThat(configuration(ProtectedCluster.settings(cluster.server)))
                .contains("config" + etc + "/postgresql.conf")
                .noneMatch(path -> path.startsWith("data/"));

        var first = cluster.request("first", RecoveryTarget.latest());
        try (var restored = RestoredCluster.start(cluster, first)) {
            requireItself(restored);
            try (var session = restored.session()) {
                session.execute("CREATE TABLE public.of_the_first AS SELECT 1 AS line");
            }
            assertThat(configuration(restored.settings()))
                    .contains("data/holdfast-config" + etc + "/postgresql.conf")
                    .noneMatch(path -> path.startsWith("config/"));
        }

        // The first stands beside it, stopped, and the source runs: neither may be what starts.
        var second = cluster.request("second", RecoveryTarget.latest());
        try (var restored = RestoredCluster.start(cluster, second)) {
            requireItself(restored);
            assertThat(restored.list("SELECT count(*)::text AS line FROM public.of_the_first"))
                    .containsExactly("1");
        }
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    private static void requireItself(RestoredCluster restored) throws IOException {
        assertThat(restored.list(FACTS)).containsExactly(restored.directory + " 5MB");
        assertThat(restored.list("SELECT DISTINCT file_name AS line FROM pg_hba_file_rules()"))
                .allMatch(file -> file.startsWith(restored.directory + "/holdfast-config/"))
                .hasSize(2);
        assertThat(Files.getPosixFilePermissions(restored.directory.resolve("server.key")))
                .isEqualTo(PosixFilePermissions.fromString("r--------"));
        assertThat(restored.directory.resolve("server.key")).hasContent("a key");
    }

    /** After a restore in place the server goes on with its files in /etc, and those that the restore left are old. */
    @Test
    void what_is_used_counts_and_not_what_an_earlier_restore_has_left() throws Exception {
        configuration(ProtectedCluster.settings(cluster.server));
        cluster.storeWal();
        cluster.server.stop(Shutdown.FAST);
        RestoredCluster.start(
                        cluster,
                        cluster.request("source", new RecoveryTarget.Immediate())
                                .withDelta())
                .close();
        assertThat(folder.resolve("source/holdfast-config")).isDirectory();
        Files.writeString(etc.resolve("conf.d/work.conf"), "work_mem = '7MB'\n");
        cluster.server.start(
                Map.of("config_file", etc.resolve("postgresql.conf").toString(), "fsync", "off"));

        assertThat(configuration(ProtectedCluster.settings(cluster.server)))
                .contains("config" + etc + "/conf.d/work.conf")
                .noneMatch(path -> path.startsWith("data/"));
        try (var restored = RestoredCluster.start(cluster, cluster.request("again", RecoveryTarget.latest()))) {
            assertThat(restored.list(FACTS)).containsExactly(restored.directory + " 7MB");
        }
    }
}
