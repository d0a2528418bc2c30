package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Decides which run of the spool goes on, or begins, with what a server has. */
final class StreamPlan {

    private final Spool spool;
    private final LocalState local;
    private final ServerSlot slot;
    private final InstantSource clock;

    StreamPlan(Spool spool, LocalState local, ServerSlot slot, InstantSource clock) {
        this.spool = spool;
        this.local = local;
        this.slot = slot;
        this.clock = clock;
    }

    /** The run to append to; its end is where to stream from. */
    SpoolRun next(SqlSession sql, ReplicationClient client) {
        var server = client.identifySystem().timeline();
        var history = history(client, server);
        var last = spool.last();
        if (last.isEmpty()) {
            return beginAtSlot(sql, client, history);
        }
        var run = last.get();
        if (run.timeline().equals(server)) {
            return run;
        }
        var left = history.leftAt(run.timeline());
        if (left.isEmpty()) {
            return beginAfterGap(GapReason.DIVERGED, sql, client);
        }
        if (run.end().isBefore(left.get())) {
            return run;
        }
        // The new timeline's first segment holds the parent's last records once more.
        var child = child(history, run.timeline());
        return begin(client, history, child, spool.segmentSize().start(left.get()));
    }

    /** After WAL was lost: from the first segment that the slot holds. Only a new base backup helps. */
    SpoolRun beginAfterGap(GapReason reason, SqlSession sql, ReplicationClient client) {
        var last = spool.last();
        if (last.isPresent()) {
            local.rememberGapReason(last.get().number() + 1, reason);
            local.wantBackup(new WantedBackup(reason, clock.instant()));
        }
        return beginAtSlot(sql, client, history(client, client.identifySystem().timeline()));
    }

    private SpoolRun beginAtSlot(SqlSession sql, ReplicationClient client, TimelineHistory history) {
        var restart = slot.restart(sql).orElseThrow(CaptureException::noProgress);
        var start = spool.segmentSize().start(restart);
        return begin(client, history, history.timelineAt(restart), start);
    }

    /** The history is durable before any WAL that needs it. */
    private SpoolRun begin(ReplicationClient client, TimelineHistory history, TimelineId timeline, Lsn start) {
        if (timeline.equals(history.timeline())) {
            if (timeline.number() != 1) {
                spool.keepHistory(timeline, historyFile(client, timeline));
            }
        } else {
            history.of(timeline)
                    .filter(ancestor -> !ancestor.forks().isEmpty())
                    .ifPresent(_ -> spool.keepHistory(timeline, historyFile(client, timeline)));
        }
        spool.begin(timeline, start);
        return spool.last().orElseThrow();
    }

    private static TimelineId child(TimelineHistory history, TimelineId parent) {
        var forks = history.forks();
        for (int i = 0; i < forks.size() - 1; i++) {
            if (forks.get(i).parent().equals(parent)) {
                return forks.get(i + 1).parent();
            }
        }
        return history.timeline();
    }

    private static TimelineHistory history(ReplicationClient client, TimelineId timeline) {
        return timeline.number() == 1
                ? TimelineHistory.withoutParents(timeline)
                : TimelineHistory.parse(timeline, historyFile(client, timeline));
    }

    private static String historyFile(ReplicationClient client, TimelineId timeline) {
        return new String(client.timelineHistory(timeline).content(), StandardCharsets.UTF_8);
    }
}
