package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.GapDocument;
import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.archive.NameTakenException;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.FaultProxy;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.StoredObjects;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureTroubleIT {

    private static final Duration SOON = Duration.ofSeconds(30);

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

    private List<GapDocument> gaps() {
        try (var objects = live.repository.store().list()) {
            return objects.filter(object -> object.key().text().contains("/gap/"))
                    .map(object -> live.repository.objects().readDocument(object.key(), GapDocument.class))
                    .toList();
        }
    }

    /** Writes until the server has removed the segments that nothing holds. */
    private void recycle() {
        for (int i = 0; i < 3; i++) {
            live.write(4);
            live.execute("SELECT pg_switch_wal()");
            live.execute("CHECKPOINT");
        }
    }

    @Test
    void a_slot_dropped_behind_our_back_is_a_gap_and_asks_for_a_backup() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);
        }
        live.execute("SELECT pg_drop_replication_slot('holdfast')");
        recycle();

        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);

            assertThat(gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.reason()).isEqualTo(GapReason.SLOT_LOST);
                assertThat(gap.to().orElseThrow()).isGreaterThan(gap.from());
            });
            assertThat(capture.status().wantedBackup().orElseThrow().reason()).isEqualTo(GapReason.SLOT_LOST);
            assertThat(capture.status().risks()).contains(RiskReason.BACKUP_WANTED);
            assertThat(live.archive().coverage(new TimelineId(1))).hasSize(2);
        }
    }

    @Test
    void a_slot_that_the_server_invalidated_is_replaced() throws Exception {
        live.server.stop(Shutdown.FAST);
        live.settings.put("max_slot_wal_keep_size", "2MB");
        live.server.start(live.settings);
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
        }
        recycle();

        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);

            assertThat(gaps())
                    .singleElement()
                    .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.SLOT_LOST));
        }
    }

    @Test
    void a_read_only_repository_only_grows_the_spool_and_blocks_no_shutdown() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.repositoryDisk.readOnly(true);
            live.write(5);
            await().atMost(SOON).until(() -> capture.status().spoolBytes() > 4 << 20);
            assertThat(capture.status().risks()).contains(RiskReason.UPLOAD_FAILING);

            long begun = System.nanoTime();
            live.server.stop(Shutdown.FAST);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));

            live.server.start(live.settings);
            live.repositoryDisk.readOnly(false);
            capture.flush(SOON);
            live.compareWithServer(live.onlyRange(1));
            await().atMost(SOON).until(() -> capture.status().spoolBytes() < 3 << 20);
            assertThat(gaps()).isEmpty();
        }
    }

    @Test
    void a_full_spool_gives_the_slot_up_declares_a_gap_and_asks_for_a_backup() throws Exception {
        try (var capture = live.capture(live.captureSettings().withSpoolLimit(4 << 20))) {
            Protected.awaitStreaming(capture);
            live.repositoryDisk.readOnly(true);
            live.write(6);
            await().atMost(SOON)
                    .until(() -> capture.status()
                            .wantedBackup()
                            .filter(wanted -> wanted.reason() == GapReason.SPOOL_FULL)
                            .isPresent());
            await().atMost(SOON).until(() -> {
                try (var sql = live.sql()) {
                    return sql.list("SELECT 1 AS x FROM pg_replication_slots", row -> row.integer("x"))
                            .isEmpty();
                }
            });
            assertThat(capture.status().spoolBytes()).isLessThanOrEqualTo(4 << 20);
            recycle();

            live.repositoryDisk.readOnly(false);
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flush(SOON);

            assertThat(gaps())
                    .singleElement()
                    .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.SPOOL_FULL));
        }
    }

    @Test
    void another_cluster_is_refused() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
        }
        try (var other = NewCluster.initialise(
                PostgresBinaries.version18(),
                folder.resolve("other"),
                InitOptions.forTests().withWalSegmentMegabytes(1))) {
            other.start();
            var settings =
                    CaptureSettings.of(Protected.tcp(other.port()), Protected.MEMBER, folder.resolve("other state"));
            var capture = Capture.start(live.repository, settings, Protected.machine());
            capture.awaitEnd();

            assertThat(capture.problem().orElseThrow().code()).isEqualTo("archive.other-cluster");
            capture.close();
        }
    }

    @Test
    void a_second_capture_is_refused_until_it_takes_over_and_then_the_first_stops() throws Exception {
        try (var first = live.capture()) {
            Protected.awaitStreaming(first);
            assertThatThrownBy(live::capture)
                    .isInstanceOf(CaptureException.class)
                    .hasMessage("another capture uses the state folder '%s'".formatted(folder.resolve("state")));
            var elsewhere = CaptureSettings.of(live.tcp(), Protected.MEMBER, folder.resolve("elsewhere"))
                    .withUpload(Duration.ofMillis(100), 1 << 20)
                    .withPatience(Duration.ofSeconds(3), Duration.ofMillis(500));
            var second = live.capture(elsewhere);
            second.awaitEnd();
            assertThat(second.problem().orElseThrow()).hasMessageContaining("is captured by session 1 on host");

            try (var third = live.capture(elsewhere.withTakeOver(true))) {
                first.awaitEnd();
                assertThat(first.problem().orElseThrow().code()).isEqualTo("archive.claim-lost");
                Protected.awaitStreaming(third);
                live.write(1);
                third.flush(SOON);
                live.compareWithServer(live.onlyRange(1));
            }
        }
    }

    @Test
    void a_stop_amid_a_backlog_ends_the_upload_and_stores_the_rest_alone() throws Exception {
        var arrived = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var threads = new CopyOnWriteArrayList<String>();
        var capture = live.capture();
        Protected.awaitStreaming(capture);
        live.repositoryDisk.beforeLink(() -> {
            threads.add(Thread.currentThread().getName());
            arrived.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        live.write(4);
        arrived.await();
        var closing = Thread.ofPlatform().start(capture::close);
        await().atMost(SOON).until(() -> closing.getState() == Thread.State.WAITING);
        gate.countDown();
        closing.join();

        // The piece that was on its way, and those of the thread that stops the capture.
        assertThat(threads).filteredOn("capture-upload"::equals).hasSizeLessThanOrEqualTo(1);
        assertThat(threads).filteredOn("capture"::equals).hasSizeGreaterThan(4);
        live.compareWithServer(live.onlyRange(1));
    }

    @Test
    void a_lost_spool_is_refilled_from_the_repository() throws Exception {
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(2);
            capture.flush(SOON);
        }
        try (var files = Files.list(folder.resolve("state/spool"))) {
            files.forEach(file -> file.toFile().delete());
        }

        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(2);
            capture.flush(SOON);

            live.compareWithServer(live.onlyRange(1));
            assertThat(gaps()).isEmpty();
            assertThat(capture.status().session()).isEqualTo(2);
        }
    }

    @Test
    void a_promotion_is_followed_and_the_history_comes_first() throws Exception {
        Files.createFile(live.server.dataDirectory().resolve("standby.signal"));
        live.write(1);
        live.server.stop(Shutdown.FAST);
        live.server.user().own(live.server.dataDirectory());
        live.server.start(live.settings);
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.execute("SELECT pg_promote(true, 30)");
            live.write(2);
            await().atMost(SOON)
                    .until(() -> live.archive().coverage(new TimelineId(2)).size() == 1);
            capture.flush(SOON);

            live.compareWithServer(live.onlyRange(2));
            var history = live.archive().historyFile(new TimelineId(2)).orElseThrow();
            assertThat(history)
                    .isEqualTo(Files.readString(live.server.dataDirectory().resolve("pg_wal/00000002.history")));
            assertThat(live.onlyRange(1).end())
                    .isEqualTo(live.archive()
                            .history(new TimelineId(2))
                            .orElseThrow()
                            .begin());
            assertThat(gaps()).isEmpty();
        }
    }

    @Test
    void a_history_that_cannot_be_stored_for_garbage_ends_the_session_and_the_next_one_goes_on() throws Exception {
        Files.createFile(live.server.dataDirectory().resolve("standby.signal"));
        live.server.stop(Shutdown.FAST);
        live.server.user().own(live.server.dataDirectory());
        live.server.start(live.settings);
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            StoredObjects.put(
                    live.repository.store(),
                    new ObjectKey("claim/alpha/00000001/00000001/history/00000002"),
                    new byte[] {1});

            live.execute("SELECT pg_promote(true, 30)");

            await().atMost(SOON).until(() -> capture.problem().isPresent());
            assertThat(capture.problem()).get().isInstanceOf(NameTakenException.class);
        }
        try (var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            await().atMost(SOON)
                    .until(() -> live.archive().coverage(new TimelineId(2)).size() == 1);
            capture.flush(SOON);

            live.compareWithServer(live.onlyRange(2));
            assertThat(gaps()).isEmpty();
        }
    }

    /** A bit that flips on the way, or in the memory of either side: here always in one place. */
    @Test
    void wal_that_arrives_broken_is_never_acknowledged_nor_stored_and_its_reason_is_told() throws Exception {
        var marker = "the lighthouse on Skerryvore";
        try (var proxy = FaultProxy.before(live.server.port());
                var capture = live.capture(
                        CaptureSettings.of(Protected.tcp(proxy.port()), Protected.MEMBER, folder.resolve("state"))
                                .withUpload(Duration.ofMillis(100), 256 * 1024)
                                .withPatience(Duration.ofSeconds(3), Duration.ofMillis(300)))) {
            Protected.awaitStreaming(capture);
            live.write(1);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);
            proxy.flipABitOf(marker.getBytes(StandardCharsets.UTF_8));
            Lsn endOfRecord;
            try (var sql = live.sql()) {
                sql.execute("CREATE TABLE public.light (name text)");
                sql.execute("INSERT INTO public.light VALUES ('%s')".formatted(marker));
                endOfRecord = sql.one("SELECT pg_current_wal_insert_lsn()::text AS l", row -> row.lsn("l"));
            }

            await().atMost(SOON).until(() -> proxy.flips() >= 3);
            // Between two attempts it waits, with the reason of the last one.
            var status = await().atMost(SOON)
                    .until(
                            capture::status,
                            found -> found.risks().contains(RiskReason.WAL_BROKEN)
                                    && found.state() instanceof CaptureState.Waiting);
            assertThat(status.state())
                    .isInstanceOfSatisfying(
                            CaptureState.Waiting.class,
                            waiting -> assertThat(waiting.reason())
                                    .startsWith("what the server sends cannot be replayed: ")
                                    .contains("record checksum does not match"));
            assertThat(status.recoverableTo().orElseThrow().validEnd()).isLessThan(endOfRecord);
            assertThat(live.onlyRange(1).end()).isLessThan(endOfRecord);
            try (var sql = live.sql()) {
                var acknowledged = sql.one(
                        "SELECT restart_lsn::text AS l FROM pg_replication_slots WHERE slot_name = 'holdfast'",
                        row -> row.lsn("l"));
                assertThat(acknowledged).isLessThan(endOfRecord);
            }

            proxy.flipABitOf(new byte[0]);
            live.write(1);
            capture.flushTo(new TimelineId(1), live.flushed(), SOON);

            live.compareWithServer(live.onlyRange(1));
            assertThat(gaps()).isEmpty();
            assertThat(capture.status().risks()).doesNotContain(RiskReason.WAL_BROKEN);
        }
    }

    @Test
    void removing_the_slot_ends_coverage_and_says_so() throws Exception {
        var capture = live.capture();
        Protected.awaitStreaming(capture);
        live.write(1);
        capture.removeSlot();

        assertThat(gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.ENDED);
            assertThat(gap.to()).isEmpty();
        });
        try (var sql = live.sql()) {
            assertThat(sql.list("SELECT 1 AS x FROM pg_replication_slots", row -> row.integer("x")))
                    .isEmpty();
        }
        assertThat(CaptureStatus.read(folder.resolve("state")).orElseThrow().state())
                .isInstanceOf(CaptureState.Stopped.class);
    }

    @Test
    void a_claim_is_renewed_also_before_any_wal_has_come() throws Exception {
        live.server.stop(Shutdown.FAST);
        live.settings.put("max_wal_senders", "0");
        live.server.start(live.settings);
        try (var capture = live.capture()) {
            await().atMost(SOON).until(() -> {
                try (var objects = live.repository.store().list()) {
                    return objects.filter(object -> object.key().text().contains("/covered/"))
                                    .count()
                            >= 2;
                }
            });

            assertThat(capture.status().recoverableTo()).isEmpty();
        }
    }
}
