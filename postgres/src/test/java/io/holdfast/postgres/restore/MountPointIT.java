package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks are mounted as PGDATA, as its folders and as tablespaces: in each is a lost+found that only root may read. */
class MountPointIT {

    private final UnprivilegedUser user = UnprivilegedUser.current();
    private final List<Path> kept = new ArrayList<>();

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private ProtectedCluster cluster;
    private String classPath;
    private Path space;

    @BeforeEach
    void start() throws IOException {
        classPath = ReadableClassPath.copyTo(folder.resolve("lib"));
        cluster = ProtectedCluster.start(folder, 18);
        // CREATE TABLESPACE takes no place with a quote in its name.
        space = Files.createTempDirectory("holdfast it ");
        user.own(space);
        cluster.execute("CREATE TABLESPACE space LOCATION '%s'".formatted(space));
        cluster.execute("CREATE TABLE public.t TABLESPACE space AS SELECT generate_series(1, 1000) AS n");
        user.own(folder.resolve("repository"));
        user.own(folder.resolve("key"));
    }

    @AfterEach
    void stop() throws IOException {
        cluster.close();
        for (var path : kept) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
        new FolderSweep(false, _ -> false).clear(space);
    }

    @Test
    void what_the_file_system_keeps_for_itself_is_neither_read_nor_removed() throws IOException {
        var data = cluster.server.dataDirectory();
        for (var place : List.of(data, data.resolve("base"), data.resolve("pg_wal"), data.resolve("pg_xact"), space)) {
            mountAt(place);
        }
        var target = folder.resolve("target");
        var targetSpace = folder.resolve("target space");
        for (var place : List.of(target, targetSpace)) {
            user.own(Files.createDirectory(place));
            mountAt(place);
        }
        // A folder of that name that is somebody's own is none of these.
        Files.createDirectories(data.resolve("mine/lost+found"));
        user.own(data.resolve("mine"));

        run("anew", target, targetSpace);

        assertThat(stored()).filteredOn(path -> path.endsWith("lost+found")).containsExactly("data/mine/lost+found");
        mountAt(target.resolve("base"));
        mountAt(target.resolve("pg_wal"));

        run("delta", target, targetSpace);

        assertThat(kept).allSatisfy(path -> {
            assertThat(path).isDirectory();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("---------");
        });
    }

    private void mountAt(Path place) throws IOException {
        var made = Files.createDirectory(place.resolve("lost+found"));
        kept.add(Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("---------")));
    }

    private void run(String how, Path target, Path targetSpace) {
        var outcome = user.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        OwnerProcess.class.getName(),
                        folder.resolve("repository").toString(),
                        folder.resolve("key").toString(),
                        cluster.server.socketDirectory().toString(),
                        Integer.toString(cluster.server.port()),
                        target.toString(),
                        targetSpace.toString(),
                        how),
                Map.of(),
                Duration.ofMinutes(2));
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
    }

    private List<String> stored() {
        var manifests = cluster.repository.manifests();
        try (var entries = manifests.entries(manifests.read(manifests.ids().getFirst()))) {
            return entries.map(FileEntry::path).map(path -> path.text()).toList();
        }
    }
}
