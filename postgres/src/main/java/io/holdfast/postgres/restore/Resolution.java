package io.holdfast.postgres.restore;

import io.holdfast.postgres.wal.WalTransaction;
import java.util.Optional;

/** What becomes of a target on one path. */
sealed interface Resolution {

    /** Recovery ends well; {@code lastCommit} is the newest one that it brings back. */
    record Found(RestorePlan.Stop stop, Optional<WalTransaction> lastCommit) implements Resolution {}

    /** The target lies before the point from which on the backup is consistent: an older backup may do. */
    record TooEarly() implements Resolution {}

    /** The path ends before the target. */
    record NotReached() implements Resolution {}
}
