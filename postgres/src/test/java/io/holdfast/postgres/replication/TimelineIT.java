package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.replication.Message.EndOfTimeline;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TimelineIT {

    private static final TimelineId FIRST = new TimelineId(1);
    private static final TimelineId SECOND = new TimelineId(2);

    private static LiveServer live;
    private static Lsn begin;
    private static EndOfTimeline seenLive;

    @BeforeAll
    static void a_standby_is_promoted_while_we_stream_from_it() {
        live = LiveServer.start(Map.of());
        begin = Lsn.parse(live.ask("SELECT pg_current_wal_lsn()::text AS answer"));
        live.execute("CREATE TABLE public.t AS SELECT generate_series(1, 20000) AS n");
        live.write("standby.signal", "");
        live.restart(Shutdown.FAST);
        try (var client = live.replication()) {
            var stream = client.stream(StreamStart.of(begin, FIRST));
            var reader = new StreamReader(stream);
            reader.readUntilIdle(Duration.ofMillis(500));
            assertThat(reader.position()).isGreaterThan(begin);
            try (var session = live.sql()) {
                assertThat(ServerFacts.read(session).inRecovery()).isTrue();
                session.execute("SELECT pg_promote(true, 30)");
            }
            seenLive = reader.readToEndOfTimeline();
            assertThat(reader.position()).isEqualTo(seenLive.switchPoint());
        }
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void a_promotion_during_the_stream_ends_the_timeline_and_names_the_next() {
        assertThat(seenLive.next()).isEqualTo(SECOND);
        assertThat(seenLive.switchPoint()).isGreaterThan(begin);
    }

    @Test
    void a_past_timeline_ends_and_the_same_connection_streams_the_next() {
        try (var client = live.replication()) {
            var reader = new StreamReader(client.stream(StreamStart.of(begin, FIRST)));

            var end = reader.readToEndOfTimeline();
            var next = new StreamReader(client.stream(StreamStart.of(end.switchPoint(), end.next())));
            next.readUntilIdle(Duration.ofMillis(300));

            assertThat(end).isEqualTo(seenLive);
            assertThat(reader.position()).isEqualTo(end.switchPoint());
            assertThat(next.position()).isGreaterThan(end.switchPoint());
        }
    }

    @Test
    void starting_exactly_at_the_switch_point_is_the_end_of_the_timeline() {
        try (var client = live.replication()) {
            var stream = client.stream(StreamStart.of(seenLive.switchPoint(), FIRST));

            assertThat(stream.receive(Duration.ofSeconds(5))).isEqualTo(seenLive);
            assertThat(stream.receive(Duration.ofSeconds(5))).isEqualTo(seenLive);
            stream.acknowledge(begin, begin, begin, true);
            assertThat(client.identifySystem().timeline()).isEqualTo(SECOND);
        }
    }

    @Test
    void starting_behind_the_switch_point_is_refused_and_the_connection_goes_on() {
        try (var client = live.replication()) {
            var refusal = catchThrowableOfType(
                    ServerException.class,
                    () -> client.stream(StreamStart.of(seenLive.switchPoint().plus(1), FIRST)));

            assertThat(refusal).hasMessageContaining("is not in this server's history");
            assertThat(refusal.retryable()).isFalse();
            assertThat(client.identifySystem().timeline()).isEqualTo(SECOND);
        }
    }

    @Test
    void the_history_comes_byte_for_byte() throws IOException {
        try (var client = live.replication()) {
            var history = client.timelineHistory(SECOND);

            assertThat(history.fileName()).isEqualTo("00000002.history");
            assertThat(history.content())
                    .isEqualTo(Files.readAllBytes(live.data().resolve("pg_wal/00000002.history")));
        }
    }

    @Test
    void the_facts_name_the_new_timeline_before_any_checkpoint() {
        try (var session = live.sql()) {
            assertThat(ServerFacts.read(session).timeline()).isEqualTo(SECOND);
        }
    }
}
