package io.holdfast.cli.traffic;

import io.holdfast.repository.store.s3.S3Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Notes what one process asks of a bucket: when it closes the store, and every few minutes before. Thread-safe. */
public final class TrafficLog implements S3Traffic {

    private static final Duration BETWEEN_NOTES = Duration.ofMinutes(5);

    private final TrafficFiles files;
    private final String repository;
    private final InstantSource clock;
    private Instant from;
    private Traffic traffic = Traffic.NONE;

    /**
     * Notes nothing yet.
     *
     * @param state the state directory
     * @param repository its location
     */
    public TrafficLog(Path state, String repository, InstantSource clock) {
        this.files = new TrafficFiles(state);
        this.repository = repository;
        this.clock = clock;
        this.from = clock.instant();
    }

    @Override
    public synchronized void request(Kind kind, long sent, long received) {
        traffic = traffic.plus(
                switch (kind) {
                    case WRITE -> new Traffic(1, 0, 0, 0, sent, received);
                    case LIST -> new Traffic(0, 1, 0, 0, sent, received);
                    case READ -> new Traffic(0, 0, 1, 0, sent, received);
                    case DELETE -> new Traffic(0, 0, 0, 1, sent, received);
                });
        if (!clock.instant().isBefore(from.plus(BETWEEN_NOTES))) {
            note();
        }
    }

    @Override
    public synchronized void close() {
        note();
    }

    private void note() {
        var now = clock.instant();
        if (!traffic.isNone()) {
            files.append(new TrafficNote(repository, from, now, traffic));
        }
        from = now;
        traffic = Traffic.NONE;
    }
}
