package io.holdfast.postgres.restore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a restore did.
 *
 * @param copiedBytes fetched from the repository and written
 * @param keptBytes found to be right already (delta)
 * @param copyTime until everything was on disk
 * @param recoveryTime from the start of the server until it had recovered; absent if it was not started
 * @param end where recovery ended; absent if the server was not started
 * @param serverLog of the started server
 * @param serverPid of the started server, which goes on running, unless it was to shut down
 */
public record RestoreResult(
        RestorePlan plan,
        long files,
        long copiedBytes,
        long keptBytes,
        Duration copyTime,
        Optional<Duration> recoveryTime,
        Optional<RecoveryEnd> end,
        Optional<Path> serverLog,
        Optional<Long> serverPid) {

    /** In the data directory, what a server writes that a restore starts. */
    public static final String SERVER_LOG = "holdfast-server.log";
}
