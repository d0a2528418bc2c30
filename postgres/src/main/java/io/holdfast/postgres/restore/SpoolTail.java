package io.holdfast.postgres.restore;

import io.holdfast.postgres.capture.Spool;
import io.holdfast.postgres.capture.SpoolRun;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a capture had received, and had not stored when it ended. */
record SpoolTail(Spool spool) implements TailSource {

    private static final int LONG_HEADER = 40;

    /** XLogLongPageHeaderData in src/include/access/xlog_internal.h. */
    private static final int SYSTEM_IDENTIFIER_AT = 24;

    /** Whether it holds WAL of another cluster; false if it does not say. */
    boolean isOfOther(SystemIdentifier system) {
        return spool.runs().stream()
                .anyMatch(run -> systemIdentifier(run)
                        .filter(found -> !found.equals(system))
                        .isPresent());
    }

    /** By the first page of a segment, which has it. */
    private Optional<SystemIdentifier> systemIdentifier(SpoolRun run) {
        var size = spool.segmentSize();
        var at = size.offset(run.start()) == 0
                ? run.start()
                : size.start(run.start()).plus(size.bytes());
        if (at.plus(LONG_HEADER).isAfter(run.end())) {
            return Optional.empty();
        }
        var header = ByteBuffer.wrap(spool.read(run, at, at.plus(LONG_HEADER))).order(ByteOrder.LITTLE_ENDIAN);
        return Optional.of(new SystemIdentifier(header.getLong(SYSTEM_IDENTIFIER_AT)));
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
