package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalTransaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compares where a server says that its recovery ended with where the plan wanted it to end. After a promotion the history
 * file of the new timeline tells; before one, the server's log.
 */
final class EndOfRecovery {

    private static final Pattern HISTORY = Pattern.compile("[0-9A-F]{8}\\.history");

    /** Source: recoveryStopsBefore and recoveryStopsAfter in src/backend/access/transam/xlogrecovery.c. */
    private static final Pattern POSITION =
            Pattern.compile("recovery stopping (before|after) WAL location \\(LSN\\) \"([0-9A-F]+/[0-9A-F]+)\"");

    private static final Pattern TRANSACTION =
            Pattern.compile("recovery stopping (before|after) (?:commit|abort) of transaction (\\d+), time");
    private static final Pattern POINT = Pattern.compile("recovery stopping at restore point \"(.*)\", time");
    private static final Pattern CONSISTENT = Pattern.compile("recovery stopping after reaching consistency");

    private static final int PAGE = 8192;
    private static final int PAGE_HEADER = 24;
    private static final int SEGMENT_HEADER = 40;

    private final WalArchive archive;
    private final RestorePlan plan;
    private final RecordSearch records;
    private final String planned;

    EndOfRecovery(WalArchive archive, RestorePlan plan) {
        this.archive = archive;
        this.plan = plan;
        this.records = new RecordSearch(archive, plan.history(), plan.wal());
        this.planned =
                "at %s for target %s".formatted(plan.stop().end(), plan.target().describe());
    }

    /**
     * Of a server that takes writes.
     *
     * @param wanted that the server should do at its target
     */
    RecoveryEnd promoted(Path directory, TargetAction wanted) throws IOException {
        var own = newestFork(directory.resolve("pg_wal"));
        if (own.isEmpty()) {
            return new RecoveryEnd.Unknown("the server has begun no timeline of its own", planned);
        }
        var fork = own.get();
        if (!fork.parent().equals(plan.timeline()) || !isPlanned(fork.at())) {
            return new RecoveryEnd.Elsewhere(
                    "on timeline %s at %s (%s)".formatted(fork.parent(), fork.at(), fork.reason()),
                    "on timeline %s %s".formatted(plan.timeline(), planned));
        }
        return wanted == TargetAction.PROMOTE
                ? new RecoveryEnd.AsPlanned(fork.at())
                : new RecoveryEnd.Elsewhere("with a promotion", "with '%s' %s".formatted(wanted.text(), planned));
    }

    /** The last line of the newest history file: what is above it was another recovery's. */
    private static Optional<TimelineHistory.Fork> newestFork(Path wal) throws IOException {
        Optional<String> name;
        try (var files = Files.list(wal)) {
            name = files.map(file -> file.getFileName().toString())
                    .filter(file -> HISTORY.matcher(file).matches())
                    .max(Comparator.naturalOrder());
        }
        if (name.isEmpty()) {
            return Optional.empty();
        }
        var lines = new String(Files.readAllBytes(wal.resolve(name.get())), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : TimelineHistory.parse(TimelineId.ofHex(name.get().substring(0, 8)), lines.getLast()).forks().stream()
                        .findFirst();
    }

    /** Of a server that has paused or shut down at its target. */
    RecoveryEnd stopped(String log) {
        return lastOf(POSITION, log)
                .map(found -> stopped(found.group(1), Lsn.parse(found.group(2)), found.group()))
                .or(() -> lastOf(TRANSACTION, log)
                        .map(found ->
                                transaction(found.group(1), Integer.parseUnsignedInt(found.group(2)), found.group())))
                .or(() -> lastOf(POINT, log)
                        .map(found -> same(
                                plan.target().equals(new RecoveryTarget.RestorePoint(found.group(1))), found.group())))
                .or(() -> lastOf(CONSISTENT, log)
                        .map(found -> same(plan.target() instanceof RecoveryTarget.Immediate, found.group())))
                .orElseGet(() -> new RecoveryEnd.Unknown("the server's log does not say where it stopped", planned));
    }

    private static Optional<MatchResult> lastOf(Pattern pattern, String log) {
        return pattern.matcher(log).results().reduce((_, last) -> last);
    }

    private RecoveryEnd same(boolean isPlanned, String found) {
        return isPlanned
                ? new RecoveryEnd.AsPlanned(plan.stop().end())
                : new RecoveryEnd.Elsewhere("with '%s'".formatted(found), planned);
    }

    /** The log names where the record begins before or after which the server stopped. */
    private RecoveryEnd stopped(String side, Lsn record, String found) {
        var end = side.equals("before")
                ? Optional.of(record)
                : records.firstFrom(record).map(RecordSearch.Found::end);
        return same(end.filter(this::isPlanned).isPresent(), found);
    }

    private RecoveryEnd transaction(String side, int xid, String found) {
        var end = plan.wal().stream()
                .flatMap(leg -> endOf(xid, leg))
                .filter(position -> position.isAfter(plan.backup().details().start()))
                .findFirst()
                .flatMap(position -> side.equals("after") ? Optional.of(position) : records.lastBefore(position));
        return same(end.filter(this::isPlanned).isPresent(), found);
    }

    private Stream<Lsn> endOf(int xid, WalRange leg) {
        return archive.footers(leg.timeline(), leg.start())
                .takeWhile(footer -> footer.range().start().isBefore(leg.end()))
                .flatMap(footer -> footer.index().endOfTransaction(xid).stream())
                .map(WalTransaction::end)
                .filter(position -> position.isAfter(leg.start()) && !position.isAfter(leg.end()));
    }

    /** The end of one record and the beginning of the next are the same, though a page's header may lie between. */
    private boolean isPlanned(Lsn end) {
        return afterHeader(end).equals(afterHeader(plan.stop().end()));
    }

    private Lsn afterHeader(Lsn position) {
        var size = archive.generation().walSegmentSize();
        if (position.offset() % PAGE != 0) {
            return position;
        }
        return position.plus(size.offset(position) == 0 ? SEGMENT_HEADER : PAGE_HEADER);
    }
}
