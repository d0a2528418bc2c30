package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.wal.Lsn;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The WAL that summaries are needed for, oldest piece first. */
record Coverage(List<WalRange> needed) {

    Coverage {
        needed = List.copyOf(needed);
    }

    /** The first piece that none of these summaries is of; they may overlap. */
    Optional<WalRange> firstHole(Collection<SummaryName> names) {
        return needed.stream()
                .flatMap(range -> hole(range, of(range, names)).stream())
                .findFirst();
    }

    private static Optional<WalRange> hole(WalRange range, List<SummaryName> byStart) {
        var reached = range.from();
        for (var name : byStart) {
            if (name.start().isAfter(reached)) {
                return Optional.of(new WalRange(range.timeline(), reached, name.start()));
            }
            reached = Lsn.later(reached, name.end());
        }
        return reached.isBefore(range.to())
                ? Optional.of(new WalRange(range.timeline(), reached, range.to()))
                : Optional.empty();
    }

    /**
     * Says so if none of these summaries begins just where WAL is needed from. A backup starts at the redo position of a checkpoint, and
     * the server ends its summaries at those: SummarizeWAL in src/backend/postmaster/walsummarizer.c.
     */
    Optional<SummaryDoubt> otherWal(Collection<SummaryName> names) {
        return needed.stream()
                .findFirst()
                .filter(first -> names.stream()
                        .noneMatch(name -> name.timeline().equals(first.timeline())
                                && name.start().equals(first.from())))
                .map(first -> new SummaryDoubt.OtherWal(first.timeline(), first.from()));
    }

    /** All of these summaries that are of a needed piece, be it in part. What they say beyond it does no harm. */
    List<SummaryName> choose(Collection<SummaryName> names) {
        return needed.stream()
                .flatMap(range -> of(range, names).stream())
                .distinct()
                .toList();
    }

    private static List<SummaryName> of(WalRange range, Collection<SummaryName> names) {
        return names.stream()
                .filter(name -> name.overlaps(range))
                .sorted(Comparator.comparing(SummaryName::start))
                .toList();
    }
}
