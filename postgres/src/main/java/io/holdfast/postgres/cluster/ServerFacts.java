package io.holdfast.postgres.cluster;

import io.holdfast.postgres.wal.TimelineId;
import java.time.Instant;

/**
 * What a server said of itself at one moment, in one query.
 *
 * @param timeline on a primary the one it writes; on a standby the newest one that it has replayed into
 * @param inRecovery whether it is a standby or still recovering
 * @param clock the server's own
 */
public record ServerFacts(
        ServerVersion version,
        SystemIdentifier systemIdentifier,
        TimelineId timeline,
        boolean inRecovery,
        Instant clock,
        ServerFiles files,
        StorageLayout layout,
        WalSettings wal,
        Archiving archiving) {

    /**
     * Works for every user; only where files lie needs the role {@code pg_read_all_settings}.
     *
     * @throws ServerException when the server cannot be asked
     */
    public static ServerFacts read(SqlSession session) {
        return FactSheet.read(session).facts();
    }
}
