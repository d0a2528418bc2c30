package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;

/**
 * A standby that is backed up. It writes no WAL, so its backup begins at the last restartpoint and ends where its control file,
 * which is copied last, says that the files are consistent; it must stay a standby, on one timeline. That the primary wrote
 * full pages meanwhile the server itself makes sure at start and stop. Source: do_pg_backup_start and do_pg_backup_stop in
 * src/backend/access/transam/xlog.c.
 */
final class StandbySource {

    private final SqlSession session;
    private final TimelineId timeline;

    StandbySource(SqlSession session, TimelineId timeline) {
        this.session = session;
        this.timeline = timeline;
    }

    /** The restartpoint may be older than the last change of timeline. */
    void requireStarted() {
        var begun = session.one(
                "SELECT timeline_id FROM pg_control_checkpoint()",
                row -> new TimelineId((int) row.number("timeline_id")));
        if (!begun.equals(timeline)) {
            throw BackupException.restartpointOnOtherTimeline(begun, timeline);
        }
    }

    /** Fails if it was promoted, or followed its primary to another timeline. */
    void requireStill() {
        var now = ServerFacts.read(session);
        if (!now.inRecovery()) {
            throw BackupException.promoted();
        }
        if (!now.timeline().equals(timeline)) {
            throw BackupException.timelineChanged(timeline, now.timeline());
        }
    }

    /**
     * Ends the backup. Its time is that of the newest commit in it: the clock of this server does not tell how far behind the
     * primary it was.
     */
    BackupSession.Stopped stop(BackupSession server) {
        requireStill();
        var time = session.one(
                "SELECT coalesce(pg_last_xact_replay_timestamp(), checkpoint_time) AS time FROM pg_control_checkpoint()",
                row -> row.instant("time"));
        var replayed = session.one("SELECT pg_last_wal_replay_lsn()::text AS replayed", row -> row.lsn("replayed"));
        var stopped = server.stop();
        requireStill();
        return new BackupSession.Stopped(Lsn.later(stopped.position(), replayed), time, stopped.label(), stopped.map());
    }
}
