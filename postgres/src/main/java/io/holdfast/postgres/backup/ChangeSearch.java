package io.holdfast.postgres.backup;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.summary.SummaryOutcome;
import io.holdfast.postgres.wal.summary.WalSummaries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what has changed since a parent, once a backup has begun. WAL summaries are believed only if nothing speaks for
 * writes that the WAL does not tell of.
 */
final class ChangeSearch {

    private final SqlSession session;
    private final ServerFacts facts;
    private final BackupRequest request;
    private final Path root;
    private final Pause pause;

    ChangeSearch(SqlSession session, ServerFacts facts, BackupRequest request, Path root, Pause pause) {
        this.session = session;
        this.facts = facts;
        this.request = request;
        this.root = root;
        this.pause = pause;
    }

    /** @param beforeStart what spoke against the parent before this backup began */
    ChangeSource.Incremental since(
            ParentBackup parent, Optional<IncrementalDetails.Doubt> beforeStart, TimelineHistory history, Lsn start)
            throws InterruptedException {
        var doubts = doubts(parent, beforeStart);
        if (!doubts.isEmpty()) {
            return new ChangeSource.Compared(parent, doubts, Duration.ZERO);
        }
        var summaries = new WalSummaries(session, facts.version(), root, pause);
        return switch (summaries.between(history, parent.position(), start, WalSummaries.USUAL_PATIENCE)) {
            case SummaryOutcome.Known known ->
                new ChangeSource.Summarized(
                        parent, known.changes(), known.filesRead(), known.bytesRead(), known.waited());
            case SummaryOutcome.Unknown unknown ->
                new ChangeSource.Compared(
                        parent,
                        unknown.doubts().stream()
                                .map(doubt -> new IncrementalDetails.Doubt(doubt.code(), doubt.sentence()))
                                .toList(),
                        unknown.waited());
        };
    }

    private List<IncrementalDetails.Doubt> doubts(ParentBackup parent, Optional<IncrementalDetails.Doubt> beforeStart)
            throws InterruptedException {
        var doubts = new ArrayList<>(beforeStart.stream().toList());
        var before = parent.details();
        if (!before.member().equals(request.member())) {
            doubts.add(new IncrementalDetails.Doubt(
                    "other-member",
                    "backup %s was taken of member %s, whose files are not the ones here"
                            .formatted(parent.id(), before.member())));
        } else if (!before.dataDirectory().equals(root.toString())) {
            doubts.add(new IncrementalDetails.Doubt(
                    "moved", "the data directory was '%s' before".formatted(before.dataDirectory())));
        }
        boolean had = ControlFile.parse(before.controlFile().toArray())
                .filter(ControlFile::hasDataChecksums)
                .isPresent();
        if (had != ControlFileReader.read(root, pause).hasDataChecksums()) {
            doubts.add(new IncrementalDetails.Doubt(
                    "checksums", "data checksums were switched %s since, without WAL".formatted(had ? "off" : "on")));
        }
        if (before.damagedPageCount() > before.damagedPages().size()) {
            doubts.add(new IncrementalDetails.Doubt(
                    "damaged", "backup %s has more damaged pages than it names".formatted(parent.id())));
        }
        return doubts;
    }
}
