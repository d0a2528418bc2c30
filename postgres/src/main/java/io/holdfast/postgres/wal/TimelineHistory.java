package io.holdfast.postgres.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a timeline came to be: the contents of its {@code .history} file. Source:
 * src/backend/access/transam/timeline.c, readTimeLineHistory.
 *
 * @param forks oldest first: on which timeline the WAL was until which position; empty for a timeline without parents
 */
public record TimelineHistory(TimelineId timeline, List<Fork> forks) {

    /** As sscanf does it: white space of any kind between the fields, the rest of the line ignored. */
    private static final Pattern LINE =
            Pattern.compile("\\s*(\\d{1,10})\\s+([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})(?:\\s+(.*?))?\\s*");

    /**
     * The step from one timeline to the next.
     *
     * @param parent the timeline that was left
     * @param at the first position that is no longer on it
     * @param reason for people
     */
    public record Fork(TimelineId parent, Lsn at, String reason) {}

    public TimelineHistory {
        forks = List.copyOf(forks);
        var previous = Optional.<Fork>empty();
        for (var fork : forks) {
            if (previous.isPresent() && fork.parent().compareTo(previous.get().parent()) <= 0) {
                throw new InvalidTimelineHistoryException(timeline, "timelines must ascend", describe(fork));
            }
            if (previous.isPresent() && fork.at().isBefore(previous.get().at())) {
                throw new InvalidTimelineHistoryException(timeline, "positions must not descend", describe(fork));
            }
            if (fork.parent().compareTo(timeline) >= 0) {
                throw new InvalidTimelineHistoryException(timeline, "parents come before children", describe(fork));
            }
            previous = Optional.of(fork);
        }
    }

    /** A timeline without parents, such as the first. */
    public static TimelineHistory withoutParents(TimelineId timeline) {
        return new TimelineHistory(timeline, List.of());
    }

    public static TimelineHistory parse(TimelineId timeline, String text) {
        var forks = new ArrayList<Fork>();
        for (var line : text.lines().toList()) {
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            forks.add(parseLine(timeline, line));
        }
        return new TimelineHistory(timeline, forks);
    }

    private static Fork parseLine(TimelineId timeline, String line) {
        var fields = LINE.matcher(line);
        if (!fields.matches()) {
            throw new InvalidTimelineHistoryException(timeline, "a timeline and a position were expected", line);
        }
        var parent = Long.parseLong(fields.group(1));
        if (parent == 0 || parent > 0xFFFF_FFFFL) {
            throw new InvalidTimelineHistoryException(timeline, "there is no such timeline", line);
        }
        var reason = Optional.ofNullable(fields.group(3)).orElse("");
        return new Fork(new TimelineId((int) parent), Lsn.parse(fields.group(2)), reason);
    }

    /** The file's text, one line a fork; PostgreSQL itself puts an empty line between them. */
    public String print() {
        return forks.stream().map(fork -> describe(fork) + "\n").collect(Collectors.joining());
    }

    private static String describe(Fork fork) {
        return "%s\t%s\t%s".formatted(fork.parent(), fork.at(), fork.reason());
    }

    public Optional<TimelineId> parent() {
        return forks.isEmpty() ? Optional.empty() : Optional.of(forks.getLast().parent());
    }

    /** Where this timeline begins: the first position that is its own. The very beginning when it has no parent. */
    public Lsn begin() {
        return forks.isEmpty() ? Lsn.NONE : forks.getLast().at();
    }

    /** Where {@code ancestor} was left on the way here; empty when it is this timeline, or not an ancestor. */
    public Optional<Lsn> leftAt(TimelineId ancestor) {
        return forks.stream()
                .filter(fork -> fork.parent().equals(ancestor))
                .map(Fork::at)
                .findFirst();
    }

    public boolean descendsFrom(TimelineId ancestor) {
        return leftAt(ancestor).isPresent();
    }

    /** Whether WAL of {@code other} up to {@code position} is a part of the way to this timeline. */
    public boolean passes(TimelineId other, Lsn position) {
        return other.equals(timeline)
                || leftAt(other).filter(left -> !position.isAfter(left)).isPresent();
    }

    /** The timeline on which the byte at {@code position} is, on the way here: tliOfPointInHistory. */
    public TimelineId timelineAt(Lsn position) {
        if (forks.isEmpty() || !position.isBefore(forks.getLast().at())) {
            return timeline;
        }
        for (var fork : forks) {
            if (position.isBefore(fork.at())) {
                return fork.parent();
            }
        }
        return timeline;
    }

    /** The history of an ancestor, as far as this file tells it; of the timeline itself, this. */
    public Optional<TimelineHistory> of(TimelineId ancestor) {
        if (ancestor.equals(timeline)) {
            return Optional.of(this);
        }
        for (var i = 0; i < forks.size(); i++) {
            if (forks.get(i).parent().equals(ancestor)) {
                return Optional.of(new TimelineHistory(ancestor, forks.subList(0, i)));
            }
        }
        return Optional.empty();
    }
}
