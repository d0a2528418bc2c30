package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureIT {

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
    void what_is_stored_under_load_is_what_the_server_has_written() throws Exception {
        live.settings.put("wal_keep_size", "1GB");
        live.server.stop(Shutdown.FAST);
        live.server.start(live.settings);
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(10);
            var flushed = capture.flush(Duration.ofSeconds(30));

            var range = live.onlyRange(1);

            assertThat(range.end()).isGreaterThanOrEqualTo(flushed);
            assertThat(live.compareWithServer(range)).isGreaterThan(8);
            assertThat(capture.status().wantedBackup()).isEmpty();
            await().atMost(Protected.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(capture.status().secondsToFullDisk()).isPresent());
        }
    }

    @Test
    void recoverable_to_is_published_here_and_in_the_repository() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            var flushed = capture.flush(Duration.ofSeconds(30));
            var before = live.repository.store().now();
            await().atMost(Protected.PATIENCE)
                    .until(() -> CaptureStatus.read(folder.resolve("state"))
                            .flatMap(CaptureStatus::recoverableTo)
                            .flatMap(RecoverableTo::coveredUntil)
                            .filter(time -> time.isAfter(before))
                            .isPresent());

            await().atMost(Protected.PATIENCE).untilAsserted(() -> {
                var stored = RecoverableTo.of(live.archive()).orElseThrow();
                assertThat(stored.validEnd()).isGreaterThanOrEqualTo(flushed);
                assertThat(stored.lastCommit()).isPresent();
                assertThat(stored.coveredUntil().orElseThrow()).isAfter(before);
            });
        }
    }

    @Test
    void a_server_that_restarts_is_followed() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            live.server.stop(Shutdown.FAST);
            await().atMost(Protected.PATIENCE).until(() -> capture.status().state() instanceof CaptureState.Waiting);
            live.server.start(live.settings);
            live.write(1);
            capture.flush(Duration.ofSeconds(30));

            live.compareWithServer(live.onlyRange(1));
            assertThat(capture.status().wantedBackup()).isEmpty();
        }
    }

    @Test
    void whole_segments_are_merged_and_equal_those_of_the_server() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(3);
            capture.flush(Duration.ofSeconds(30));
            await().atMost(Protected.PATIENCE).until(() -> {
                try (var objects = live.repository.store().list()) {
                    return objects.filter(object -> object.key().text().contains("/segment/"))
                                    .count()
                            >= 2;
                }
            });

            assertThat(live.compareWithServer(live.onlyRange(1))).isPositive();
        }
    }
}
