package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.Message.Idle;
import io.holdfast.postgres.replication.Message.Keepalive;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamingIT {

    private static final TimelineId FIRST = new TimelineId(1);
    private static final WalSegmentSize SEGMENT = new WalSegmentSize(1 << 20);
    private static final SlotName SLOT = new SlotName("holdfast_it");

    private LiveServer live;

    @BeforeEach
    void start() {
        live = LiveServer.start(Map.of("wal_sender_timeout", "2s"));
        live.execute("CREATE TABLE public.t (n int, filler text)");
    }

    @AfterEach
    void stop() {
        live.close();
    }

    @Test
    void what_comes_is_what_the_server_has_on_disk() throws IOException {
        try (var client = live.replication()) {
            var from = SEGMENT.start(position());
            write(20_000);
            live.execute("SELECT pg_switch_wal()");
            var to = SEGMENT.start(position());

            var reader = new StreamReader(client.stream(StreamStart.of(from, FIRST)));
            reader.readTo(to);

            var received = reader.received();
            for (var at = from; at.isBefore(to); at = at.plus(SEGMENT.bytes())) {
                var file = live.data()
                        .resolve("pg_wal")
                        .resolve(SEGMENT.name(FIRST, at).text());
                var offset = (int) at.minus(from);
                assertThat(Arrays.copyOfRange(received, offset, offset + SEGMENT.bytes()))
                        .isEqualTo(Files.readAllBytes(file));
            }
        }
    }

    @Test
    void the_server_never_learns_of_more_than_was_acknowledged() {
        try (var client = live.replication();
                var session = live.sql()) {
            client.createSlot(SLOT, SlotLife.PERMANENT);
            var reserved = (SlotState.Reserved) client.readSlot(SLOT);
            var reader = new StreamReader(
                    client.stream(StreamStart.of(reserved.restart(), FIRST).withSlot(SLOT)));
            write(5_000);
            reader.readTo(position());
            var stored = reserved.restart().plus(12_345);
            reader.acknowledging(stored).acknowledge(false);

            write(20_000);
            reader.readTo(position());
            reader.readFor(Duration.ofSeconds(5), Duration.ofMillis(100));

            assertThat(reader.keepalives()).isPositive();
            var told = session.one(
                    "SELECT write_lsn, flush_lsn, replay_lsn FROM pg_stat_replication",
                    row -> List.of(row.lsn("write_lsn"), row.lsn("flush_lsn"), row.lsn("replay_lsn")));
            assertThat(told).containsOnly(stored);
            assertThat(restart(session)).isEqualTo(stored);
        }
    }

    @Test
    void without_any_acknowledgement_the_slot_does_not_move() {
        try (var client = live.replication();
                var session = live.sql()) {
            client.createSlot(SLOT, SlotLife.PERMANENT);
            var reserved = (SlotState.Reserved) client.readSlot(SLOT);
            var stream = client.stream(StreamStart.of(reserved.restart(), FIRST).withSlot(SLOT));
            write(5_000);

            while (!(stream.receive(Duration.ofMillis(300)) instanceof Idle)) {}

            var flushed = session.one("SELECT flush_lsn FROM pg_stat_replication", row -> row.lsnIfAny("flush_lsn"));
            assertThat(flushed).isEmpty();
            assertThat(restart(session)).isEqualTo(reserved.restart());
        }
    }

    @Test
    void an_idle_stream_outlives_the_time_out_of_the_server_and_stays_in_step() {
        try (var client = live.replication()) {
            var reader = new StreamReader(client.stream(StreamStart.of(position(), FIRST)));

            reader.readFor(Duration.ofSeconds(7), Duration.ofMillis(70));
            write(20_000);
            reader.readTo(position());

            assertThat(reader.keepalives()).isGreaterThan(2);
        }
    }

    @Test
    void time_outs_of_no_length_between_the_bytes_of_messages_lose_nothing() {
        try (var client = live.replication()) {
            var from = position();
            write(50_000);
            var to = position();
            var reader = new StreamReader(client.stream(StreamStart.of(from, FIRST)));

            while (reader.position().isBefore(to)) {
                reader.read(Duration.ZERO);
            }

            assertThat(reader.received()).hasSizeGreaterThanOrEqualTo((int) to.minus(from));
        }
    }

    @Test
    void a_silent_receiver_is_cut_off_and_may_try_again() {
        try (var client = live.replication()) {
            var stream = client.stream(StreamStart.of(position(), FIRST));

            var failure = catchThrowableOfType(ServerException.class, () -> {
                while (true) {
                    stream.receive(Duration.ofSeconds(10));
                }
            });

            assertThat(failure.retryable()).isTrue();
        }
    }

    @Test
    void a_server_that_crashes_in_the_middle_is_a_problem_that_may_pass() {
        try (var client = live.replication()) {
            var reader = new StreamReader(client.stream(StreamStart.of(position(), FIRST)));
            reader.readUntilIdle(Duration.ofMillis(100));
            live.restart(Shutdown.IMMEDIATE);

            var failure = catchThrowableOfType(
                    ServerException.class, () -> reader.readFor(Duration.ofSeconds(10), Duration.ofMillis(100)));

            assertThat(failure.code()).isEqualTo("server.unavailable");
            assertThat(failure.retryable()).isTrue();
        }
        try (var again = live.replication()) {
            assertThat(again.identifySystem().timeline()).isEqualTo(FIRST);
        }
    }

    @Test
    void a_fast_shutdown_does_not_wait_for_a_receiver_that_acknowledges() {
        var client = live.replication();
        var reader = new StreamReader(client.stream(StreamStart.of(position(), FIRST)));
        var receiving = CompletableFuture.supplyAsync(() -> catchThrowableOfType(ServerException.class, () -> {
            while (true) {
                reader.read(Duration.ofMillis(200));
                reader.acknowledge(false);
            }
        }));
        write(20_000);

        live.server().stop(Shutdown.FAST, Duration.ofSeconds(10));

        assertThat(receiving.join().retryable()).isTrue();
        client.close();
    }

    @Test
    void a_server_that_is_frozen_is_noticed_and_once_thawed_goes_on_in_step() {
        try (var client = live.replication()) {
            var reader = new StreamReader(client.stream(StreamStart.of(position(), FIRST)));
            reader.readUntilIdle(Duration.ofMillis(100));
            live.signal("STOP", client.serverProcess());

            reader.acknowledge(true);
            var before = System.nanoTime();
            var nothing = reader.read(Duration.ofMillis(800));

            assertThat(nothing).isInstanceOf(Idle.class);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(790), Duration.ofSeconds(2));
            live.signal("CONT", client.serverProcess());
            assertThat(reader.read(Duration.ofSeconds(5))).isInstanceOf(Keepalive.class);
        }
    }

    @Test
    void connecting_to_a_frozen_server_ends_within_the_time_out() {
        live.signal("STOP", live.server().pid());
        try {
            var before = System.nanoTime();
            var failure = catchThrowableOfType(
                    ServerException.class,
                    () -> ReplicationClient.connect(
                            live.tcp().withConnectTimeout(Duration.ofSeconds(1)), InstantSource.system()));

            assertThat(failure.retryable()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
        } finally {
            live.signal("CONT", live.server().pid());
        }
    }

    @Test
    void a_stream_stopped_by_us_leaves_the_connection_usable() {
        try (var client = live.replication()) {
            var stream = client.stream(StreamStart.of(SEGMENT.start(position()), FIRST));
            stream.receive(Duration.ofSeconds(1));

            stream.stop();

            assertThat(client.identifySystem().timeline()).isEqualTo(FIRST);
            client.stream(StreamStart.of(position(), FIRST)).stop();
        }
    }

    @Test
    void closing_from_another_thread_ends_a_wait() {
        var client = live.replication();
        var stream = client.stream(StreamStart.of(position(), FIRST));
        var waiting = CompletableFuture.supplyAsync(() -> catchThrowableOfType(ServerException.class, () -> {
            while (true) {
                stream.receive(Duration.ofMinutes(1));
            }
        }));
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);

        client.close();

        assertThat(waiting.orTimeout(5, java.util.concurrent.TimeUnit.SECONDS)
                        .join()
                        .retryable())
                .isTrue();
    }

    private static Lsn restart(SqlSession session) {
        return session.one("SELECT restart_lsn FROM pg_replication_slots", row -> row.lsn("restart_lsn"));
    }

    private Lsn position() {
        return Lsn.parse(live.ask("SELECT pg_current_wal_flush_lsn()::text AS answer"));
    }

    private void write(int rows) {
        live.execute("INSERT INTO public.t SELECT n, repeat('x', 100) FROM generate_series(1, %d) n".formatted(rows));
    }
}
