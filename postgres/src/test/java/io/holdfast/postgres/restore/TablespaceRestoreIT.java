package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tablespaces in folders of their own, one in place. */
class TablespaceRestoreIT {

    private static final String SIZES =
            "SELECT (SELECT count(*) FROM public.a) || ' ' || (SELECT count(*) FROM public.b)"
                    + " || ' ' || (SELECT count(*) FROM public.c) AS line";

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;
    private static Path places;
    private static long first;
    private static long second;

    @BeforeAll
    static void make_tablespaces() throws IOException {
        // CREATE TABLESPACE takes no place with a quote in its name.
        places = Files.createTempDirectory("holdfast it ");
        Files.setPosixFilePermissions(places, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = ProtectedCluster.start(folder, 18);
        try (var session = SqlSession.open(ProtectedCluster.settings(cluster.server))) {
            session.execute("CREATE TABLESPACE first LOCATION '%s'".formatted(place("one \\ place")));
            session.execute("CREATE TABLESPACE second LOCATION '%s'".formatted(place("another")));
            session.execute("SET allow_in_place_tablespaces = on");
            session.execute("CREATE TABLESPACE within LOCATION ''");
            session.execute("CREATE TABLE public.a TABLESPACE first AS SELECT generate_series(1, 1000) AS i");
            session.execute("CREATE TABLE public.b TABLESPACE second AS SELECT generate_series(1, 2000) AS i");
            session.execute("CREATE TABLE public.c TABLESPACE within AS SELECT generate_series(1, 3000) AS i");
        }
        first = cluster.number("SELECT oid::bigint AS n FROM pg_tablespace WHERE spcname = 'first'");
        second = cluster.number("SELECT oid::bigint AS n FROM pg_tablespace WHERE spcname = 'second'");
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.a VALUES (0)");
        cluster.execute("INSERT INTO public.c VALUES (0)");
        cluster.storeWal();
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
        new FolderSweep(false, _ -> false).clear(places);
    }

    private static Path place(String name) throws IOException {
        var place = Files.createDirectory(places.resolve(name));
        UnprivilegedUser.current().own(place);
        return place;
    }

    private static Path link(RestoreRequest request, long oid) throws IOException {
        return request.directory().resolve("pg_tblspc/" + oid).toRealPath();
    }

    @Test
    void they_go_beneath_the_restored_directory() throws Exception {
        var request = cluster.request("beneath", RecoveryTarget.latest());
        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.list(SIZES)).containsExactly("1001 2000 3001");
            assertThat(link(request, first)).isEqualTo(request.directory().resolve("tablespaces/" + first));
            assertThat(link(request, second)).isEqualTo(request.directory().resolve("tablespaces/" + second));
        }
    }

    @Test
    void they_go_where_their_name_or_number_says() throws Exception {
        var request = cluster.request("mapped", RecoveryTarget.latest())
                .withTablespaces(new TablespaceChoice.Mapped(Map.of(
                        "first", folder.resolve("by name"), Long.toString(second), folder.resolve("by number"))));
        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.list(SIZES)).containsExactly("1001 2000 3001");
            assertThat(link(request, first)).isEqualTo(folder.resolve("by name"));
            assertThat(link(request, second)).isEqualTo(folder.resolve("by number"));
        }
    }

    @Test
    void original_places_that_are_in_use_are_refused() {
        var request =
                cluster.request("original", RecoveryTarget.latest()).withTablespaces(new TablespaceChoice.Original());

        var refusal = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(request).run());

        assertThat(refusal)
                .hasMessage("the folder '%s' of a tablespace is not empty".formatted(places.resolve("one \\ place")));
        assertThat(request.directory()).doesNotExist();
    }

    @Test
    void one_that_the_wal_makes_where_a_server_has_files_is_refused() throws IOException {
        cluster.execute("CREATE TABLESPACE third LOCATION '%s'".formatted(place("made later")));
        cluster.storeWal();
        var request = cluster.request("later", RecoveryTarget.latest());

        var refusal = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(request).run());
        cluster.execute("DROP TABLESPACE third");
        cluster.backup();
        cluster.storeWal();

        assertThat(refusal)
                .hasMessageMatching("the WAL makes tablespace \\d+ in '%s', at .*: a server has files there"
                        .formatted(places.resolve("made later")));
        assertThat(refusal.hint()).contains("from a backup that was taken after it");
        assertThat(request.directory()).doesNotExist();
    }

    @Test
    void a_name_that_no_tablespace_has_is_refused() {
        var request = cluster.request("unknown", RecoveryTarget.latest())
                .withTablespaces(new TablespaceChoice.Mapped(Map.of("third", folder.resolve("third"))));

        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> cluster.restore(request).run()))
                .hasMessageContaining("third");
        assertThat(request.directory()).doesNotExist();
    }
}
