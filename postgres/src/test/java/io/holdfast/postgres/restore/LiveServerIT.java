package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In doubt a server runs, and its directory is not touched. */
class LiveServerIT {

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static EmbeddedPostgres cluster;
    private static Path data;
    private static Path pidFile;

    @BeforeAll
    static void make_a_cluster() {
        cluster = NewCluster.initialise(PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests());
        data = cluster.dataDirectory();
        pidFile = data.resolve("postmaster.pid");
    }

    @AfterAll
    static void remove_it() {
        cluster.close();
    }

    @AfterEach
    void remove_the_file() throws IOException {
        Files.deleteIfExists(pidFile);
    }

    private static RestoreException refusal(LiveServer look) {
        return catchThrowableOfType(RestoreException.class, () -> look.refuse(data));
    }

    private static Process start(String... words) throws IOException {
        var program = cluster.user().program(List.of(words));
        return cluster.user()
                .start(program.redirectErrorStream(true)
                        .redirectOutput(folder.resolve("single.log").toFile()));
    }

    private static void awaitPidFile(String first) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(pidFile) && Files.readString(pidFile).startsWith(first));
    }

    private static String postgres() {
        return PostgresBinaries.version18().program("postgres").toString();
    }

    @Test
    void a_single_user_server_is_seen() throws Exception {
        var server = start(postgres(), "--single", "-D", data.toString(), "postgres");
        try (var input = server.getOutputStream()) {
            awaitPidFile("-" + server.pid());

            assertThat(refusal(LiveServer.onThisHost()))
                    .hasMessage("a server runs in '%s' (process %d)".formatted(data, server.pid()));
            assertThat(input).isNotNull();
        }
        server.waitFor();
        assertThatCode(() -> LiveServer.onThisHost().refuse(data)).doesNotThrowAnyException();
    }

    @Test
    void a_server_whose_file_names_another_number_than_ours_for_it_is_seen() throws Exception {
        cluster.start();
        try {
            // As seen from outside a container, in which the server has the number 1.
            Files.writeString(pidFile, Files.readString(pidFile).replaceFirst("^[0-9]+", "1"));

            assertThat(refusal(LiveServer.onThisHost()).code()).isEqualTo("restore.server-runs");
        } finally {
            cluster.kill();
        }
    }

    @Test
    void a_file_that_names_no_process_is_not_taken_for_left_over() throws Exception {
        for (var content : List.of("", "\n", "postmaster\n", "0\n", "12 34\n")) {
            Files.writeString(pidFile, content);

            var refusal = refusal(LiveServer.onThisHost());

            assertThat(refusal)
                    .hasMessage("a server may run in '%s': its postmaster.pid begins with '%s', which is no process"
                            .formatted(data, content.strip()));
            assertThat(refusal.hint())
                    .isEqualTo(
                            "make sure that none does, here, in a container or on another host; then remove '%s' and restore again"
                                    .formatted(pidFile));
        }
    }

    @Test
    void in_a_container_a_process_that_is_not_seen_may_be_one_of_another() throws Exception {
        var processes = Files.createDirectories(folder.resolve("proc"));
        Files.createDirectories(processes.resolve("self/ns"));
        Files.createSymbolicLink(processes.resolve("self/ns/pid"), Path.of("pid:[4026532999]"));
        Files.writeString(pidFile, "77\n" + data + "\n");

        assertThat(refusal(new LiveServer(processes)))
                .hasMessage("a server may run in '%s': process 77 of its postmaster.pid may be one of another container"
                        .formatted(data));

        Files.delete(pidFile);
        assertThatCode(() -> new LiveServer(processes).refuse(data)).doesNotThrowAnyException();
    }

    @Test
    void what_a_crash_left_on_a_host_is_no_obstacle() throws Exception {
        var processes = Files.createDirectories(folder.resolve("host"));
        Files.createDirectories(processes.resolve("self/ns"));
        Files.createSymbolicLink(processes.resolve("self/ns/pid"), Path.of("pid:[4026531836]"));
        Files.writeString(pidFile, "77\n" + data + "\n");

        assertThatCode(() -> new LiveServer(processes).refuse(data)).doesNotThrowAnyException();
    }
}
