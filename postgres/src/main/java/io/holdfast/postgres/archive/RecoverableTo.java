package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalTransaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a repository can restore to right now, if it has a base backup before that.
 *
 * @param validEnd end of the last whole, verified record
 * @param lastCommit the server's clock at the last commit before that; absent when none was seen
 * @param coveredUntil the server's clock when every flushed byte of WAL was stored; absent when not known
 */
public record RecoverableTo(
        TimelineId timeline, Lsn validEnd, Optional<Instant> lastCommit, Optional<Instant> coveredUntil) {

    /** After the first piece. */
    public static RecoverableTo of(WalFooter piece) {
        return new RecoverableTo(piece.range().timeline(), piece.validEnd(), Optional.empty(), Optional.empty())
                .after(piece);
    }

    /**
     * The same on another timeline, before anything of its own was stored. Where that left this one earlier than here,
     * what was recoverable beyond the fork is of no more use, and the times of it say nothing.
     */
    public RecoverableTo onto(TimelineHistory history) {
        if (history.timeline().equals(timeline)) {
            return this;
        }
        return history.leftAt(timeline)
                .map(fork -> fork.isBefore(validEnd)
                        ? new RecoverableTo(history.timeline(), fork, Optional.empty(), Optional.empty())
                        : new RecoverableTo(history.timeline(), validEnd, lastCommit, coveredUntil))
                .orElseGet(() -> new RecoverableTo(history.timeline(), Lsn.NONE, Optional.empty(), Optional.empty()));
    }

    /** After one more piece of the same timeline was stored. */
    public RecoverableTo after(WalFooter piece) {
        return new RecoverableTo(
                piece.range().timeline(),
                Lsn.later(validEnd, piece.validEnd()),
                piece.index().lastCommit().map(WalTransaction::time).or(() -> lastCommit),
                later(coveredUntil, piece.coveredUntil()));
    }

    /** Not beyond where others contradict; the times of what follows say nothing. */
    public RecoverableTo upTo(Divergence divergence) {
        return divergence.timeline().equals(timeline) && divergence.at().isBefore(validEnd)
                ? new RecoverableTo(timeline, divergence.at(), Optional.empty(), Optional.empty())
                : this;
    }

    public RecoverableTo covered(Optional<Instant> until) {
        return new RecoverableTo(timeline, validEnd, lastCommit, later(coveredUntil, until));
    }

    /** The end of the newest timeline. Empty when no WAL is there. */
    public static Optional<RecoverableTo> of(WalArchive archive) {
        var timelines = archive.timelines().stream()
                .filter(timeline -> !archive.coverage(timeline).isEmpty())
                .toList();
        if (timelines.isEmpty()) {
            return Optional.empty();
        }
        var range = archive.coverage(timelines.getLast()).getLast();
        return of(archive, range).map(found -> found.covered(archive.coveredUntil(range.timeline(), range.start())));
    }

    /** The end of one stretch of WAL. */
    public static Optional<RecoverableTo> of(WalArchive archive, WalRange range) {
        var footers = new ArrayList<>(
                archive.footers(range.timeline(), from(archive, range)).toList());
        if (footers.isEmpty()) {
            return Optional.empty();
        }
        var result = of(footers.getFirst());
        for (var footer : footers) {
            result = result.after(footer);
        }
        return Optional.of(result);
    }

    /** Only the end matters, however much there is: the last few segments of it. */
    private static Lsn from(WalArchive archive, WalRange range) {
        var back = 4L * archive.generation().walSegmentSize().bytes();
        return range.bytes() <= back
                ? range.start()
                : archive.generation().walSegmentSize().start(range.end().plus(-back));
    }

    private static Optional<Instant> later(Optional<Instant> a, Optional<Instant> b) {
        return Stream.concat(a.stream(), b.stream()).max(Comparator.naturalOrder());
    }
}
