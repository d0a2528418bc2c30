package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.Shutdown;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaRestoreIT {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private ProtectedCluster cluster;

    @BeforeEach
    void begin() {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.execute(
                "CREATE TABLE public.bulk AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 40000) i");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('stored')");
        cluster.storeWal();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private RestoreRequest inPlace() {
        return cluster.request("source", RecoveryTarget.latest()).withDelta();
    }

    @Test
    void the_wal_that_only_the_directory_holds_is_saved_and_replayed() {
        cluster.execute("INSERT INTO public.story VALUES ('only here')");
        cluster.server.stop(Shutdown.FAST);

        try (var restored = RestoredCluster.start(cluster, inPlace())) {
            assertThat(restored.list("SELECT line FROM public.story")).containsExactly("stored", "only here");
            assertThat(restored.result.keptBytes()).isGreaterThan(restored.result.copiedBytes());
        }
    }

    @Test
    void damaged_short_long_and_strange_files_are_mended() throws Exception {
        var bulk = folder.resolve("source").resolve(cluster.text("SELECT pg_relation_filepath('public.bulk') AS line"));
        var story = folder.resolve("source")
                .resolve(cluster.text("SELECT pg_relation_filepath('pg_catalog.pg_proc') AS line"));
        cluster.server.stop(Shutdown.FAST);
        try (var file = FileChannel.open(bulk, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 1_000_000);
        }
        Files.write(story, new byte[8192], StandardOpenOption.APPEND);
        var version = folder.resolve("source/PG_VERSION");
        Files.write(version, new byte[0]);
        Files.writeString(version, "18\n");
        Files.createDirectory(folder.resolve("source/base/strange"));
        Files.writeString(folder.resolve("source/base/strange/file"), "not of the backup");

        try (var restored = RestoredCluster.start(cluster, inPlace())) {
            assertThat(restored.list("SELECT count(*)::text AS line FROM public.bulk WHERE length(filler) = 200"))
                    .containsExactly("40000");
        }
        assertThat(folder.resolve("source/base/strange")).doesNotExist();
    }

    @Test
    void a_tail_that_cannot_be_read_stops_the_restore_unless_it_is_given_up() throws Exception {
        cluster.execute("INSERT INTO public.story VALUES ('lost')");
        cluster.execute("SELECT pg_switch_wal()");
        cluster.execute("INSERT INTO public.story VALUES ('lost, too')");
        var position = cluster.currentPosition();
        cluster.server.stop(Shutdown.FAST);
        try (var segments = Files.newDirectoryStream(folder.resolve("source/pg_wal"), "0000*")) {
            for (var segment : segments) {
                Files.delete(segment);
            }
        }

        var refusal = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(inPlace()).run());

        assertThat(refusal).hasMessageStartingWith("WAL from ").hasMessageContaining(" is missing");
        assertThat(refusal.code()).isEqualTo("restore.wal-tail");
        assertThat(folder.resolve("source/global/pg_control")).exists();
        assertThat(position).isNotNull();
        try (var restored = RestoredCluster.start(cluster, inPlace().abandoningWalTail())) {
            assertThat(restored.list("SELECT line FROM public.story")).containsExactly("stored");
        }
    }

    @Test
    void nothing_is_written_through_links_that_were_planted() throws Exception {
        var data = cluster.server.dataDirectory();
        var outside = Files.createDirectory(folder.resolve("outside"));
        cluster.server.user().own(outside);
        cluster.server.stop(Shutdown.FAST);
        var planted = Files.createDirectory(data.resolve("holdfast-restore"));
        for (var name : List.of("catalogue.json", "restore_command", "prefetch.lock", ".beat.new", "settings.conf")) {
            Files.writeString(outside.resolve(name), "mine");
            Files.createSymbolicLink(planted.resolve(name), outside.resolve(name));
        }
        for (var name : List.of("wal", "history")) {
            Files.createDirectory(outside.resolve(name));
            Files.writeString(outside.resolve(name).resolve("mine"), "mine");
            Files.createSymbolicLink(planted.resolve(name), outside.resolve(name));
        }
        for (var name : List.of("backup_label", "recovery.signal", "postgresql.auto.conf")) {
            Files.writeString(outside.resolve(name), "mine");
            Files.deleteIfExists(data.resolve(name));
            Files.createSymbolicLink(data.resolve(name), outside.resolve(name));
        }
        Files.createSymbolicLink(data.resolve("holdfast-server.log"), outside.resolve("holdfast-server.log"));

        try (var restored = RestoredCluster.start(cluster, inPlace())) {
            assertThat(restored.list("SELECT line FROM public.story")).containsExactly("stored");
        }
        try (var files = Files.walk(outside)) {
            assertThat(files.filter(Files::isRegularFile))
                    .hasSize(10)
                    .allSatisfy(file -> assertThat(file).hasContent("mine"));
        }
    }

    @Test
    void a_folder_of_ours_that_is_a_link_is_made_anew() throws Exception {
        var outside = Files.createDirectory(folder.resolve("outside"));
        cluster.server.stop(Shutdown.FAST);
        Files.createSymbolicLink(cluster.server.dataDirectory().resolve("holdfast-restore"), outside);

        cluster.restore(inPlace()).run();

        assertThat(outside).isEmptyDirectory();
        assertThat(cluster.server.dataDirectory().resolve("holdfast-restore"))
                .isDirectory()
                .satisfies(made -> assertThat(Files.isSymbolicLink(made)).isFalse());
    }

    @Test
    void a_live_server_is_refused() {
        var refusal = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(inPlace()).run());

        assertThat(refusal)
                .hasMessage(
                        "a server runs in '%s' (process %d)".formatted(folder.resolve("source"), cluster.server.pid()));
    }

    @Test
    void another_cluster_and_a_folder_that_is_none_are_refused() throws Exception {
        Files.createDirectory(folder.resolve("photos"));
        Files.writeString(folder.resolve("photos/cat"), "meow");

        var request = cluster.request("photos", RecoveryTarget.latest()).withDelta();

        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> cluster.restore(request).run()))
                .hasMessage("'%s' is not a data directory of PostgreSQL".formatted(folder.resolve("photos")));
        assertThat(folder.resolve("photos/cat")).hasContent("meow");
    }

    @Test
    void a_cluster_of_another_system_identifier_is_refused() {
        try (var other = NewCluster.initialise(
                cluster.binaries,
                folder.resolve("other"),
                InitOptions.forTests().withWalSegmentMegabytes(1))) {
            var request = cluster.request("other", RecoveryTarget.latest()).withDelta();

            var refusal = catchThrowableOfType(
                    RestoreException.class, () -> cluster.restore(request).run());

            assertThat(refusal.code()).isEqualTo("restore.other-cluster");
            assertThat(other.dataDirectory().resolve("global/pg_control")).exists();
        }
    }
}
