package io.holdfast.postgres.restore;

import io.holdfast.postgres.capture.Spool;
import io.holdfast.postgres.capture.SpoolRun;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a capture had received, and had not stored when it ended. */
record SpoolTail(Spool spool) implements TailSource {

    /** Whether it holds WAL of another cluster, or of another generation of this one; false if it does not say. */
    boolean isOfOther(SystemIdentifier system) {
        return spool.writer().filter(found -> !found.equals(system)).isPresent();
    }

    /** Where its WAL of a timeline ends. */
    Optional<Lsn> end(TimelineId timeline) {
        return spool.runs().stream()
                .filter(run -> run.timeline().equals(timeline))
                .map(SpoolRun::end)
                .max(Comparator.naturalOrder());
    }

    @Override
    public Set<TimelineId> timelines() {
        return spool.runs().stream().map(SpoolRun::timeline).collect(Collectors.toSet());
    }

    @Override
    public Optional<String> historyFile(TimelineId timeline) {
        return spool.historyFile(timeline);
    }

    @Override
    public Optional<byte[]> read(TimelineId timeline, Lsn position, int most) {
        return spool.runs().stream()
                .filter(run -> run.timeline().equals(timeline)
                        && !position.isBefore(run.start())
                        && position.isBefore(run.end()))
                .findFirst()
                .map(run -> spool.read(run, position, Lsn.earlier(position.plus(most), run.end())));
    }
}
