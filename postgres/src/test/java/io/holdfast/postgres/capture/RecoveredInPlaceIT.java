package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that was recovered to an earlier point in its own place goes on with the same state folder. */
class RecoveredInPlaceIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void the_new_timeline_is_followed_from_the_fork_and_is_all_that_counts() throws Exception {
        try (var live = Protected.start(PostgresBinaries.version18(), folder, Map.of("wal_keep_size", "64MB"))) {
            var data = live.server.dataDirectory();
            live.server.stop(Shutdown.FAST);
            copy(data, folder.resolve("copy"));
            live.server.start(live.settings);
            Lsn target;
            try (var capture = live.capture()) {
                Protected.awaitStreaming(capture);
                live.write(1);
                target = live.flushed();
                live.write(3);
                capture.flush(SOON);
            }
            var lost = live.onlyRange(1).end();
            live.server.stop(Shutdown.FAST);
            copy(data.resolve("pg_wal"), folder.resolve("wal"));
            delete(data);
            copy(folder.resolve("copy"), data);
            Files.createFile(data.resolve("recovery.signal"));
            live.server.user().own(data);
            live.server.user().own(folder.resolve("wal"));
            live.settings.put("restore_command", "cp ../wal/%f %p");
            live.settings.put("recovery_target_lsn", target.toString());
            live.settings.put("recovery_target_action", "promote");
            live.server.start(live.settings);
            awaitPrimary(live);

            try (var capture = live.capture()) {
                Protected.awaitStreaming(capture);
                live.execute("CREATE TABLE public.after_recovery (n int)");
                var flushed = capture.flush(SOON);

                var stored = live.archive();
                var fork = stored.history(new TimelineId(2)).orElseThrow().begin();
                assertThat(flushed).isBetween(fork, lost);
                assertThat(live.onlyRange(1).end()).isGreaterThanOrEqualTo(lost);
                assertThat(live.onlyRange(2).start()).isLessThanOrEqualTo(fork);
                live.compareWithServer(live.onlyRange(2));
                await().atMost(SOON).untilAsserted(() -> {
                    var here = capture.status().recoverableTo().orElseThrow();
                    var there = RecoverableTo.of(live.archive()).orElseThrow();
                    for (var reach : List.of(here, there)) {
                        assertThat(reach.timeline()).isEqualTo(new TimelineId(2));
                        assertThat(reach.validEnd()).isBetween(flushed, lost);
                        assertThat(reach.coveredUntil()).isPresent();
                    }
                });
                assertThat(capture.status().lagBytes()).hasValue(0);
                assertThat(capture.status().wantedBackup()).isEmpty();
                try (var objects = live.repository.store().list()) {
                    assertThat(objects.filter(object -> object.key().text().contains("/gap/")))
                            .isEmpty();
                }
            }
        }
    }

    private static void awaitPrimary(Protected live) {
        await().atMost(SOON).until(() -> {
            try (var sql = live.sql()) {
                return !sql.one("SELECT pg_is_in_recovery() AS standby", row -> row.flag("standby"));
            }
        });
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void delete(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
