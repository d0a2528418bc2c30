package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SlotIT {

    private static final SlotName SLOT = new SlotName("holdfast_slot");

    private static LiveServer live;

    @BeforeAll
    static void start() {
        live = LiveServer.start(Map.of("wal_level", "logical"));
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void a_new_slot_holds_wal_back_at_once_until_it_is_dropped() {
        try (var client = live.replication()) {
            assertThat(client.readSlot(SLOT)).isEqualTo(new SlotState.Missing());

            client.createSlot(SLOT, SlotLife.PERMANENT);
            var state = client.readSlot(SLOT);
            client.dropSlot(SLOT);

            assertThat(state).isInstanceOfSatisfying(SlotState.Reserved.class, reserved -> {
                assertThat(reserved.timeline()).isEqualTo(new TimelineId(1));
                assertThat(reserved.restart())
                        .isLessThanOrEqualTo(client.identifySystem().flushed());
            });
            assertThat(client.readSlot(SLOT)).isEqualTo(new SlotState.Missing());
        }
    }

    @Test
    void a_temporary_slot_is_gone_with_its_connection() {
        try (var client = live.replication()) {
            client.createSlot(SLOT, SlotLife.TEMPORARY);
            assertThat(slots()).isEqualTo("1");
        }

        await().until(() -> slots().equals("0"));
    }

    @Test
    void a_slot_of_another_connection_is_busy_for_the_moment() {
        try (var owner = live.replication();
                var other = live.replication()) {
            other.createSlot(new SlotName("contended"), SlotLife.PERMANENT);
            var start = StreamStart.of(owner.identifySystem().flushed(), new TimelineId(1))
                    .withSlot(new SlotName("contended"));
            var stream = owner.stream(start);

            var refusal = catchThrowableOfType(ServerException.class, () -> other.stream(start));

            assertThat(refusal.sqlState()).contains("55006");
            assertThat(refusal.retryable()).isTrue();
            stream.stop();
            owner.dropSlot(new SlotName("contended"));
        }
    }

    @Test
    void a_logical_slot_is_refused() {
        live.execute("SELECT pg_create_logical_replication_slot('logical_one', 'test_decoding')");
        try (var client = live.replication()) {
            assertThatThrownBy(() -> client.readSlot(new SlotName("logical_one")))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("logical");
        }
        live.execute("SELECT pg_drop_replication_slot('logical_one')");
    }

    @Test
    void wal_that_is_gone_is_named_by_its_sqlstate() {
        try (var client = live.replication()) {
            var refusal = catchThrowableOfType(
                    ServerException.class,
                    () -> client.stream(
                                    StreamStart.of(io.holdfast.postgres.wal.Lsn.parse("0/100000"), new TimelineId(1)))
                            .receive(java.time.Duration.ofSeconds(5)));

            assertThat(refusal.sqlState()).contains("58P01");
        }
    }

    @Test
    void settings_and_identity_can_be_asked_for() {
        try (var client = live.replication();
                var session = live.sql()) {
            assertThat(client.show("wal_segment_size")).isEqualTo("1MB");
            assertThat(client.show("data_directory")).isEqualTo(live.data().toString());
            assertThat(client.identifySystem().system().toString())
                    .isEqualTo(session.one(
                            "SELECT system_identifier FROM pg_control_system()", row -> row.text("system_identifier")));
            assertThat(client.version().major()).isEqualTo(18);
            assertThatThrownBy(() -> client.show("x; DROP")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void there_is_no_history_of_the_first_timeline() {
        try (var client = live.replication()) {
            assertThatThrownBy(() -> client.timelineHistory(new TimelineId(1))).isInstanceOf(ServerException.class);
            assertThat(client.identifySystem().timeline()).isEqualTo(new TimelineId(1));
        }
    }

    private static String slots() {
        return live.ask("SELECT count(*)::text AS answer FROM pg_replication_slots WHERE slot_type = 'physical'");
    }
}
