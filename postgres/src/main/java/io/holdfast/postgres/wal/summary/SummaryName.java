package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a summary, which says what WAL it is of. Source: src/backend/backup/walsummary.c.
 *
 * @param start the first position
 * @param end the first position that is no longer in it
 */
record SummaryName(TimelineId timeline, Lsn start, Lsn end) {

    private static final Pattern VALID = Pattern.compile("[0-9A-F]{40}\\.summary");

    SummaryName {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException(
                    "a summary must end after its start %s, not at %s".formatted(start, end));
        }
    }

    /** Empty for other files, such as the one that the server is writing. */
    static Optional<SummaryName> parse(String file) {
        if (!VALID.matcher(file).matches()) {
            return Optional.empty();
        }
        int timeline = HexFormat.fromHexDigits(file, 0, 8);
        var start = Lsn.ofSortable(file.substring(8, 24));
        var end = Lsn.ofSortable(file.substring(24, 40));
        return timeline == 0 || !start.isBefore(end)
                ? Optional.empty()
                : Optional.of(new SummaryName(new TimelineId(timeline), start, end));
    }

    String fileName() {
        return timeline.hex() + start.sortable() + end.sortable() + ".summary";
    }

    boolean overlaps(WalRange range) {
        return timeline.equals(range.timeline()) && start.isBefore(range.to()) && end.isAfter(range.from());
    }

    @Override
    public String toString() {
        return fileName();
    }
}
