package io.holdfast.postgres.capture;

import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import java.time.Instant;
import java.util.Optional;

/**
 * What a primary said in one query: everything that was flushed when its clock showed {@code clock} lies before
 * {@code flushed}, since the clock is read first.
 */
record ServerClockReading(Instant clock, TimelineId timeline, Lsn flushed) {

    private static final String QUERY = """
            SELECT clock_timestamp() AS clock, pg_current_wal_flush_lsn()::text AS flushed,
                   pg_walfile_name(pg_current_wal_flush_lsn()) AS file
            """;

    /** Empty on a standby, whose clock says nothing about what the primary has flushed. */
    static Optional<ServerClockReading> take(SqlSession sql) {
        if (sql.one("SELECT pg_is_in_recovery() AS standby", row -> row.flag("standby"))) {
            return Optional.empty();
        }
        return Optional.of(sql.one(
                QUERY,
                row -> new ServerClockReading(
                        row.instant("clock"), new WalSegmentName(row.text("file")).timeline(), row.lsn("flushed"))));
    }
}
