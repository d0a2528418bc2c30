package io.holdfast.postgres.wal;

import java.util.Arrays;
import java.util.Optional;

/** How much the server writes into WAL. Source: src/include/access/xlog.h, WalLevel. */
public enum WalLevel {
    /** Enough for crash recovery only: nothing can be restored across WAL of this level. */
    MINIMAL(0),
    REPLICA(1),
    LOGICAL(2);

    private final int number;

    WalLevel(int number) {
        this.number = number;
    }

    /** As WAL records have it. */
    int number() {
        return number;
    }

    static Optional<WalLevel> ofNumber(long number) {
        return Arrays.stream(values()).filter(level -> level.number == number).findFirst();
    }
}
