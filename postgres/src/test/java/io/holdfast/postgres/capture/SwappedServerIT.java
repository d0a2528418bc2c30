package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.FaultProxy;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind the address that a capture is connected to, another server takes the place of the one it knows. */
class SwappedServerIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;
    private FaultProxy proxy;

    @BeforeEach
    void start() {
        live = Protected.start(folder);
        proxy = FaultProxy.before(live.server.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        live.close();
    }

    private Capture captureThroughProxy() {
        return live.capture(live.captureSettings(Protected.tcp(proxy.port())));
    }

    /** Puts another server there; when from then on nothing reached the first one, by its clock. */
    private Instant swap(Capture capture, int port) {
        proxy.redirect(port);
        proxy.cut();
        var swapped = now();
        await().atMost(SOON).until(() -> capture.problem().isPresent());
        return swapped;
    }

    /** What was captured of the first server is whole and alone, and no time is promised at which it was away. */
    private void requireUntouched(Instant swapped) {
        live.compareWithServer(live.onlyRange(1));
        assertThat(live.onlyRange(1).end()).isLessThanOrEqualTo(live.flushed());
        assertThat(RecoverableTo.of(live.archive()).orElseThrow().coveredUntil().orElseThrow())
                .isBefore(swapped);
    }

    private Instant now() {
        try (var sql = live.sql()) {
            return sql.one("SELECT clock_timestamp() AS now", row -> row.instant("now"));
        }
    }

    @Test
    void a_server_of_another_cluster_ends_the_capture_and_nothing_of_it_is_stored() throws Exception {
        Instant swapped;
        try (var other = stranger();
                var capture = captureThroughProxy()) {
            Protected.awaitStreaming(capture);
            live.write(3);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);

            swapped = swap(capture, other.port());

            assertThat(capture.problem().orElseThrow().code()).isEqualTo("archive.other-cluster");
        }
        requireUntouched(swapped);
        proxy.redirect(live.server.port());
        goesOn();
    }

    /** As behind a name that stands for several hosts. */
    @Test
    void a_stranger_that_only_some_connections_reach_ends_the_capture() throws Exception {
        try (var other = stranger();
                var capture = captureThroughProxy()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            proxy.redirect(live.server.port(), other.port());

            await().atMost(SOON).until(() -> {
                proxy.cut();
                return capture.problem().isPresent();
            });

            assertThat(capture.problem().orElseThrow().code()).isEqualTo("archive.other-cluster");
        }
        live.compareWithServer(live.onlyRange(1));
    }

    private EmbeddedPostgres stranger() {
        return NewCluster.initialise(
                        live.server.binaries(),
                        folder.resolve("other"),
                        InitOptions.forTests().withWalSegmentMegabytes(1))
                .start(live.settings);
    }

    /** With the right server, as if nothing had been. */
    private void goesOn() throws InterruptedException {
        try (var capture = captureThroughProxy()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);

            live.compareWithServer(live.onlyRange(1));
            assertThat(capture.status().wantedBackup()).isEmpty();
        }
    }

    /** The copy is behind what is stored, and writes on the same timeline. */
    @Test
    void the_same_cluster_as_it_was_earlier_ends_the_capture() throws Exception {
        Instant swapped;
        try (var earlier = copyThatKnowsTheSlot();
                var capture = captureThroughProxy()) {
            Protected.awaitStreaming(capture);
            live.write(3);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);
            earlier.start();

            swapped = swap(capture, earlier.server.port());

            var problem = capture.problem().orElseThrow();
            assertThat(problem.code()).isEqualTo("capture.went-back");
            assertThat(problem)
                    .hasMessageMatching(
                            "the server has WAL up to [0-9A-F/]+ on timeline 1, where this member has captured"
                                    + " it up to [0-9A-F/]+");
        }
        requireUntouched(swapped);
    }

    @Test
    void the_same_cluster_with_another_past_ends_the_capture() throws Exception {
        Instant swapped;
        try (var earlier = copyThatKnowsTheSlot();
                var capture = captureThroughProxy()) {
            Protected.awaitStreaming(capture);
            live.write(3);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);
            earlier.start();
            for (int i = 0; i < 40; i++) {
                earlier.execute("CREATE TABLE public.other%d AS SELECT repeat('y', 400) FROM generate_series(1, 500)"
                        .formatted(i));
            }

            swapped = swap(capture, earlier.server.port());

            assertThat(capture.problem().orElseThrow().code()).isEqualTo("capture.diverged");
        }
        requireUntouched(swapped);
    }

    private Sibling copyThatKnowsTheSlot() {
        try (var capture = captureThroughProxy()) {
            Protected.awaitStreaming(capture);
        }
        live.server.stop(Shutdown.FAST);
        var copy = Sibling.copy(live, "earlier");
        live.server.start(live.settings);
        return copy;
    }
}
