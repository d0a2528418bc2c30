package io.holdfast.postgres.capture;

import java.time.Duration;
import java.util.Optional;

/** What the server is told to be flushed. */
public sealed interface Acknowledgement {

    /** What the local spool has forced to disk. */
    record Spool() implements Acknowledgement {}

    /**
     * What the repository holds: a commit that waits for this standby is there when it returns.
     *
     * @param degradeAfter how long commits wait for a repository that takes nothing, before they are let go with what the
     *     spool has; empty: until it takes something
     */
    record Stored(Optional<Duration> degradeAfter) implements Acknowledgement {}
}
