package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When commits are let go, and when that is over. What the server is told: RpoZeroIT. */
class AcknowledgerTest {

    private static final TimelineId ONE = new TimelineId(1);
    private static final Path STATE = Path.of("/state");

    private final SettableTime time = SettableTime.nearMidnight();
    private final PowerFailureDisk disk = PowerFailureDisk.strict(time);
    private final LocalState local = new LocalState(disk, STATE);
    private final Spool spool = Spool.open(disk, local.spool(), new WalSegmentSize(1 << 20), 1L << 30);
    private final CaptureBoard board = new CaptureBoard();
    private final Acknowledger acknowledger =
            new Acknowledger(new Acknowledgement.Stored(Optional.of(Duration.ofNanos(1))), spool, local, board, time);

    private void received(long position) {
        acknowledger.received(new Lsn(position), false);
    }

    private void stored(long position) {
        acknowledger.stored(ONE, new Lsn(position));
    }

    @Test
    void an_outage_is_on_the_disk_before_anybody_is_let_go_and_over_when_the_repository_keeps_up() {
        stored(50);
        received(100);
        assertThat(local.exposure().orElseThrow().from()).isEqualTo(new Lsn(50));
        assertThat(board.isExposed()).isTrue();

        // Was on its way when it began.
        stored(100);
        assertThat(acknowledger.ended()).isEmpty();
        stored(120);

        var document = acknowledger.ended().orElseThrow();
        assertThat(document.from()).isEqualTo(new Lsn(50));
        acknowledger.declared(document);
        assertThat(local.exposure()).isEmpty();
        assertThat(board.isExposed()).isFalse();
        assertThat(acknowledger.ended()).isEmpty();
    }

    @Test
    void another_outage_that_begins_while_the_first_is_declared_is_not_forgotten() {
        stored(50);
        received(100);
        stored(100);
        stored(120);
        var first = acknowledger.ended().orElseThrow();
        received(300);

        acknowledger.declared(first);

        assertThat(board.isExposed()).isTrue();
        assertThat(local.exposure()).isPresent();
        assertThat(acknowledger.ended()).isEmpty();
        stored(300);
        stored(301);
        acknowledger.declared(acknowledger.ended().orElseThrow());
        assertThat(board.isExposed()).isFalse();
    }
}
