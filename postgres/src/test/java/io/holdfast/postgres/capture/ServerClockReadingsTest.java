package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerClockReadingsTest {

    private static final TimelineId FIRST = new TimelineId(1);
    private static final TimelineId SECOND = new TimelineId(2);
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final ServerClockReadings readings = new ServerClockReadings(Optional.empty());

    private static ServerClockReading reading(int second, TimelineId timeline, long flushed) {
        return new ServerClockReading(NOON.plusSeconds(second), timeline, new Lsn(flushed));
    }

    @Test
    void a_moment_is_covered_when_what_was_flushed_by_then_is_stored() {
        assertThat(readings.add(reading(1, FIRST, 1000))).isTrue();
        assertThat(readings.add(reading(2, FIRST, 2000))).isTrue();

        assertThat(readings.coveredBy(FIRST, new Lsn(1999))).contains(NOON.plusSeconds(1));
        assertThat(readings.coveredBy(FIRST, new Lsn(2000))).contains(NOON.plusSeconds(2));
    }

    /** That of an older copy behind the same address: what the true server has flushed by then nobody has asked. */
    @Test
    void a_server_that_went_back_covers_no_moment() {
        assertThat(readings.add(reading(1, FIRST, 2000))).isTrue();
        assertThat(readings.add(reading(2, FIRST, 1000))).isFalse();

        assertThat(readings.coveredBy(FIRST, new Lsn(5000))).contains(NOON.plusSeconds(1));
    }

    @Test
    void also_what_is_stored_tells_how_far_the_server_was() {
        var stored = new RecoverableTo(FIRST, new Lsn(2000), Optional.empty(), Optional.empty());
        var resumed = new ServerClockReadings(Optional.of(stored));

        assertThat(resumed.add(reading(1, FIRST, 1000))).isFalse();
        assertThat(resumed.coveredBy(FIRST, new Lsn(5000))).isEmpty();
        assertThat(resumed.add(reading(2, FIRST, 2000))).isTrue();
    }

    @Test
    void a_new_timeline_may_begin_further_back() {
        assertThat(readings.add(reading(1, FIRST, 2000))).isTrue();
        assertThat(readings.add(reading(2, SECOND, 1000))).isTrue();

        assertThat(readings.coveredBy(SECOND, new Lsn(1000))).contains(NOON.plusSeconds(2));
    }
}
