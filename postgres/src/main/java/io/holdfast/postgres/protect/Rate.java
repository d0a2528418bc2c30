package io.holdfast.postgres.protect;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How fast this host does one part of a restore.
 *
 * @param measured when; absent for an assumption
 */
public record Rate(long bytesPerSecond, Basis basis, Optional<Instant> measured) {

    /** How it is known. */
    public enum Basis {
        RESTORE("measured by a restore"),
        BACKUP("as fast as the last full backup"),
        ASSUMED("assumed: nothing was measured on this host yet");

        private final String meaning;

        Basis(String meaning) {
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }
    }

    /** Fewer bytes tell more about how long programs take to start than about how fast they are. */
    static final long LEAST_BYTES = 64 << 20;

    /** A slow network disk on the way. */
    public static final Rate ASSUMED_COPY = new Rate(50_000_000, Basis.ASSUMED, Optional.empty());

    /** Replay is the work of one process; tools of this kind were seen to reach no more when the pages were not in memory. */
    public static final Rate ASSUMED_REPLAY = new Rate(20_000_000, Basis.ASSUMED, Optional.empty());

    public Rate {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("%d bytes a second".formatted(bytesPerSecond));
        }
    }

    /** Empty where too little was moved to say anything. */
    static Optional<Rate> of(long bytes, Duration time, Basis basis, Instant measured) {
        if (bytes < LEAST_BYTES || !time.isPositive()) {
            return Optional.empty();
        }
        var seconds = Math.max(0.001, time.toMillis() / 1000.0);
        return Optional.of(new Rate(Math.max(1, (long) (bytes / seconds)), basis, Optional.of(measured)));
    }

    Duration timeFor(long bytes) {
        return Duration.ofMillis((long) Math.ceil(bytes * 1000.0 / bytesPerSecond));
    }
}
