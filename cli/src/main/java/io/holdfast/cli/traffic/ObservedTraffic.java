package io.holdfast.cli.traffic;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the processes of this host asked of a repository.
 *
 * @param since when the first of the notes begins; empty if there are none
 * @param days oldest first, without those on which nothing was asked
 * @param month what thirty days come to at the same rate; empty while less than an hour was observed
 */
public record ObservedTraffic(Optional<Instant> since, List<Day> days, Optional<Traffic> month) {

    private static final Duration MONTH = Duration.ofDays(30);

    /** Less says nothing of a month. */
    private static final Duration LEAST = Duration.ofHours(1);

    public ObservedTraffic {
        days = List.copyOf(days);
    }

    /** One day, in UTC. */
    public record Day(LocalDate day, Traffic traffic) {}

    /**
     * Adds up the last thirty days.
     *
     * @param state the state directory
     * @param repository its location
     */
    public static ObservedTraffic of(Path state, String repository, Instant now) {
        var begin = now.minus(MONTH);
        var days = new TreeMap<LocalDate, Traffic>();
        var total = Traffic.NONE;
        Optional<Instant> since = Optional.empty();
        for (var note : new TrafficFiles(state)
                .read(repository, LocalDate.ofInstant(begin, ZoneOffset.UTC))
                .filter(note -> !note.to().isBefore(begin))
                .toList()) {
            days.merge(LocalDate.ofInstant(note.to(), ZoneOffset.UTC), note.traffic(), Traffic::plus);
            total = total.plus(note.traffic());
            since = since.filter(earliest -> !note.from().isBefore(earliest)).or(() -> Optional.of(note.from()));
        }
        var observed = since.map(first -> Duration.between(first, now)).filter(time -> time.compareTo(LEAST) >= 0);
        var sum = total;
        var list = new ArrayList<Day>();
        days.forEach((day, traffic) -> list.add(new Day(day, traffic)));
        return new ObservedTraffic(
                since, list, observed.map(time -> sum.times((double) MONTH.toSeconds() / time.toSeconds())));
    }
}
