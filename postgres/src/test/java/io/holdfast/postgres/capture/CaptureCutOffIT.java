package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.FaultProxy;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureCutOffIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int KILLS = Boolean.getBoolean("holdfast.torture") ? 30 : 3;

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;

    @BeforeEach
    void start() {
        live = Protected.start(folder);
    }

    @AfterEach
    void stop() {
        live.close();
    }

    @Test
    void a_network_that_is_cut_again_and_again_costs_nothing() throws Exception {
        try (var proxy = FaultProxy.before(live.server.port());
                var capture = live.capture(through(proxy))) {
            Protected.awaitStreaming(capture);
            for (int i = 0; i < 8; i++) {
                live.write(1);
                proxy.cut();
            }
            proxy.refuse(true);
            proxy.cut();
            await().atMost(SOON).until(() -> capture.status().state() instanceof CaptureState.Waiting);
            proxy.refuse(false);
            live.write(1);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);

            live.compareWithServer(live.onlyRange(1));
            assertThat(capture.status().wantedBackup()).isEmpty();
        }
    }

    @Test
    void a_network_that_swallows_everything_is_noticed() throws Exception {
        try (var proxy = FaultProxy.before(live.server.port());
                var capture = live.capture(through(proxy))) {
            Protected.awaitStreaming(capture);
            proxy.stall(true);
            await().atMost(SOON)
                    .until(() -> capture.status().state() instanceof CaptureState.Waiting waiting
                            && waiting.code().equals("capture.silent"));
            proxy.stall(false);
            live.write(1);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);

            live.compareWithServer(live.onlyRange(1));
        }
    }

    @Test
    void a_server_that_is_stopped_like_a_hung_machine_is_noticed_and_found_again() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            signalAll("STOP");
            try {
                await().atMost(SOON).until(() -> capture.status().state() instanceof CaptureState.Waiting);
            } finally {
                signalAll("CONT");
            }
            live.write(1);
            capture.flush(SOON);

            live.compareWithServer(live.onlyRange(1));
        }
    }

    @Test
    void a_capture_killed_at_any_moment_leaves_no_hole_and_no_contradiction() throws Exception {
        var random = new Random(20260115);
        var writer = new Load(live);
        try {
            for (int i = 1; i <= KILLS; i++) {
                var capture = CaptureProcess.launch(folder, live.server.port(), "spool");
                var claim = new Claim(Protected.MEMBER, i).key();
                await().atMost(SOON)
                        .until(() -> live.repository.store().find(claim).isPresent());
                assertThat(capture.waitFor(random.nextInt(1000), java.util.concurrent.TimeUnit.MILLISECONDS))
                        .isFalse();
                capture.destroyForcibly().waitFor();
            }
        } finally {
            writer.stop();
        }

        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            capture.flush(Duration.ofMinutes(10));

            assertThat(capture.status().session()).isEqualTo(KILLS + 1);
            assertThat(live.archive().coverage(new TimelineId(1))).hasSize(1);
            live.compareWithServer(live.onlyRange(1));
            assertThat(capture.status().wantedBackup()).isEmpty();
        }
    }

    private CaptureSettings through(FaultProxy proxy) {
        return CaptureSettings.of(Protected.tcp(proxy.port()), Protected.MEMBER, folder.resolve("state"))
                .withUpload(Duration.ofMillis(100), 256 * 1024)
                .withPatience(Duration.ofSeconds(3), Duration.ofMillis(500));
    }

    private void signalAll(String signal) throws Exception {
        var postmaster = ProcessHandle.of(live.server.pid()).orElseThrow();
        var processes = java.util.stream.Stream.concat(java.util.stream.Stream.of(postmaster), postmaster.descendants())
                .toList();
        for (var process : processes) {
            new ProcessBuilder(List.of("kill", "-" + signal, Long.toString(process.pid())))
                    .start()
                    .waitFor();
        }
    }

    /** Writes a little, again and again. */
    private static final class Load {

        /** What is written, all is compared byte by byte in the end. */
        private static final Duration PACE = Duration.ofMillis(5);

        private final Thread thread;
        private volatile boolean stopping;

        Load(Protected live) {
            live.write(0);
            thread = Thread.ofPlatform().start(() -> {
                try (var session = live.sql()) {
                    while (!stopping) {
                        session.execute("INSERT INTO public.filler SELECT g, repeat(md5(g::text), 7)"
                                + " FROM generate_series(1, 100) AS g");
                        LockSupport.parkNanos(PACE.toNanos());
                    }
                }
            });
        }

        void stop() throws InterruptedException {
            stopping = true;
            thread.join();
        }
    }
}
