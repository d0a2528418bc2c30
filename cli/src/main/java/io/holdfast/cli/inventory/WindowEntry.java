package io.holdfast.cli.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * Points in time that can be recovered: every one from the end of a backup to the end of the WAL that follows it.
 *
 * @param backup the earliest that reaches it
 * @param timeline on which the window ends
 * @param from the server's clock at the end of that backup
 * @param lastCommit in the newest piece of WAL; absent if none is in it
 * @param coveredUntil the server's clock when every flushed byte of WAL was stored; absent where nothing captures
 */
public record WindowEntry(
        int generation,
        String backup,
        String timeline,
        Instant from,
        String fromLsn,
        String toLsn,
        Optional<Instant> lastCommit,
        Optional<Instant> coveredUntil) {}
