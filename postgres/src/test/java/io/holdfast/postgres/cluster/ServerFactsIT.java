package io.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalLevel;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFactsIT {

    @ParameterizedTest
    @ValueSource(ints = {18, 17, 16, 15, 14})
    void are_read_from_every_supported_version(int major) {
        var configured = Map.of("max_slot_wal_keep_size", "3MB", "archive_mode", "on", "archive_command", "false");
        try (var live = LiveServer.start(PostgresBinaries.of(major), configured);
                var session = live.sql();
                var client = live.replication()) {
            var facts = ServerFacts.read(session);

            assertThat(facts.version().major()).isEqualTo(major);
            assertThat(client.version()).isEqualTo(facts.version());
            assertThat(facts.systemIdentifier())
                    .isEqualTo(client.identifySystem().system());
            assertThat(facts.timeline()).isEqualTo(new TimelineId(1));
            assertThat(facts.inRecovery()).isFalse();
            assertThat(Duration.between(facts.clock(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
            assertThat(facts.files().dataDirectory()).contains(live.data());
            assertThat(facts.files().configuration()).contains(live.data().resolve("postgresql.conf"));
            assertThat(facts.layout())
                    .isEqualTo(new StorageLayout(8192, 8192, 1L << 30, new WalSegmentSize(1 << 20), true));
            assertThat(facts.wal().level()).isEqualTo(WalLevel.REPLICA);
            assertThat(facts.wal().maxSlotKeepBytes()).hasValue(3 << 20);
            assertThat(facts.wal().fullPageWrites()).isTrue();
            assertThat(facts.wal().summarizing()).isFalse();
            assertThat(facts.wal().senderTimeout()).isEqualTo(Duration.ofMinutes(1));
            assertThat(facts.archiving()).isEqualTo(new Archiving(Archiving.Mode.ON, "false", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {18, 14})
    void are_read_by_a_user_without_rights_but_for_the_files(int major) {
        try (var live = LiveServer.start(PostgresBinaries.of(major), Map.of())) {
            live.execute("CREATE ROLE nobody_special LOGIN");
            try (var session = SqlSession.open(live.tcp().withUser("nobody_special"))) {
                var facts = ServerFacts.read(session);

                assertThat(facts.files().dataDirectory()).isEmpty();
                assertThat(facts.wal().maxSlotKeepBytes()).isEmpty();
                assertThat(facts.layout().dataChecksums()).isTrue();
            }
        }
    }
}
