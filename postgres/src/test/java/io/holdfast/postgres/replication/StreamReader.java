package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.replication.Message.EndOfTimeline;
import io.holdfast.postgres.replication.Message.Idle;
import io.holdfast.postgres.replication.Message.Keepalive;
import io.holdfast.postgres.replication.Message.WalData;
import io.holdfast.postgres.wal.Lsn;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads a stream as a careful caller does: no hole, no overlap, replies when asked, acknowledges what it is told. */
final class StreamReader {

    private static final Duration FAR = Duration.ofSeconds(20);

    private final WalStream stream;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Lsn position = Lsn.NONE;
    private @Nullable Lsn acknowledged;
    private int keepalives;

    StreamReader(WalStream stream) {
        this.stream = stream;
    }

    /** From now on keepalives are answered with this position instead of the one received. */
    StreamReader acknowledging(Lsn fixed) {
        acknowledged = fixed;
        return this;
    }

    Lsn position() {
        return position;
    }

    int keepalives() {
        return keepalives;
    }

    byte[] received() {
        return received.toByteArray();
    }

    Message read(Duration limit) {
        var message = stream.receive(limit);
        switch (message) {
            case WalData data -> {
                if (!position.equals(Lsn.NONE)) {
                    assertThat(data.start()).isEqualTo(position);
                }
                position = data.end();
                var bytes = new byte[data.bytes().remaining()];
                data.bytes().get(bytes);
                received.writeBytes(bytes);
            }
            case Keepalive keepalive -> {
                keepalives++;
                if (keepalive.replyRequested()) {
                    acknowledge(false);
                }
            }
            case Idle _, EndOfTimeline _ -> {}
        }
        return message;
    }

    void acknowledge(boolean replyRequested) {
        var what = acknowledged == null ? position : acknowledged;
        stream.acknowledge(what, what, what, replyRequested);
    }

    void readUntilIdle(Duration limit) {
        while (!(read(limit) instanceof Idle)) {}
    }

    void readTo(Lsn target) {
        var start = System.nanoTime();
        while (position.isBefore(target)) {
            read(Duration.ofSeconds(1));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(FAR);
        }
    }

    void readFor(Duration time, Duration limit) {
        var start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            read(limit);
        }
    }

    EndOfTimeline readToEndOfTimeline() {
        var start = System.nanoTime();
        while (true) {
            if (read(Duration.ofSeconds(1)) instanceof EndOfTimeline end) {
                return end;
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(FAR);
        }
    }
}
