package io.holdfast.repository.retention;

import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides which backups stay. Depends on nothing but what is handed in: the same facts give the same answer, in whatever
 * order they come and whatever the backups are called. Confined to one thread.
 */
public final class Retention {

    /** The name decides only between two of the same moment, so that the answer does not depend on the order of the facts. */
    private static final Comparator<Candidate> BY_AGE = Comparator.comparing(Candidate::order)
            .thenComparing(Candidate::stored)
            .thenComparing(candidate -> candidate.id().text());

    private final List<Candidate> oldestFirst;

    /** Those that a rule may rely upon: the whole ones, but all of a generation that has none. */
    private final List<Candidate> reliable;

    private final RetentionPolicy policy;
    private final Instant beginning;
    private final Map<BackupId, List<String>> reasons = new LinkedHashMap<>();

    private Retention(Collection<Candidate> candidates, RetentionPolicy policy, Instant now) {
        this.oldestFirst = candidates.stream().sorted(BY_AGE).toList();
        var haveWhole = candidates.stream()
                .filter(Candidate::isWhole)
                .map(Candidate::generation)
                .collect(Collectors.toSet());
        this.reliable = oldestFirst.stream()
                .filter(candidate -> candidate.isWhole() || !haveWhole.contains(candidate.generation()))
                .toList();
        this.policy = policy;
        this.beginning = now.minus(policy.window());
        oldestFirst.forEach(candidate -> reasons.put(candidate.id(), new ArrayList<>()));
    }

    /**
     * One verdict for each candidate, oldest first.
     *
     * @param holds in force
     * @param now by the store's clock
     */
    public static List<Verdict> decide(
            Collection<Candidate> candidates,
            Collection<Branch> branches,
            Collection<Hold> holds,
            RetentionPolicy policy,
            Instant now) {
        var retention = new Retention(candidates, policy, now);
        retention.keepNewest();
        retention.keepWindow(branches);
        retention.keepPeriods("day", policy.daily(), Retention::day);
        retention.keepPeriods("week", policy.weekly(), Retention::week);
        retention.keepPeriods("month", policy.monthly(), Retention::month);
        holds.forEach(hold -> hold.backup().ifPresent(backup -> retention.keep(backup, hold.describe())));
        return retention.verdicts();
    }

    private void keep(BackupId backup, String reason) {
        var known = reasons.get(backup);
        if (known != null) {
            known.add(reason);
        }
    }

    private void keepNewest() {
        var newestOf = newestOf(oldestFirst);
        var reliableOf = newestOf(reliable);
        newestOf.forEach(
                (generation, newest) -> keep(newest.id(), "the newest backup of generation %d".formatted(generation)));
        reliableOf.forEach((generation, newest) -> {
            if (!newest.equals(newestOf.get(generation))) {
                keep(
                        newest.id(),
                        "the newest backup of generation %d of which nothing is missing".formatted(generation));
            }
        });
        var generation = newestOf.keySet().stream().max(Comparator.naturalOrder());
        var ofNewest = reliable.reversed().stream()
                .filter(candidate ->
                        generation.filter(g -> g == candidate.generation()).isPresent());
        if (policy.minimum() > 1) {
            ofNewest.limit(policy.minimum())
                    .forEach(candidate -> keep(candidate.id(), "one of the newest %d".formatted(policy.minimum())));
        }
    }

    private static Map<Integer, Candidate> newestOf(List<Candidate> oldestFirst) {
        var newest = new LinkedHashMap<Integer, Candidate>();
        oldestFirst.forEach(candidate -> newest.put(candidate.generation(), candidate));
        return newest;
    }

    private void keepWindow(Collection<Branch> branches) {
        var words = words(policy.window());
        for (var candidate : oldestFirst) {
            if (!candidate.stored().isBefore(beginning)) {
                keep(candidate.id(), "stored within the last " + words);
            }
        }
        for (var branch : branches) {
            if (!branch.until().isBefore(beginning)) {
                reliable.reversed().stream()
                        .filter(candidate -> branch.backups().contains(candidate.id())
                                && candidate.stored().isBefore(beginning))
                        .findFirst()
                        .ifPresent(anchor -> keep(
                                anchor.id(),
                                "the beginning of the last %s is restored from it on %s"
                                        .formatted(words, branch.name())));
            }
        }
    }

    /** The newest of each of the newest periods that have any, in each generation. */
    private void keepPeriods(String word, int count, Function<ZonedDateTime, String> period) {
        var seen = new LinkedHashMap<Integer, Set<String>>();
        for (var candidate : reliable.reversed()) {
            var name = period.apply(candidate.order().atZone(ZoneOffset.UTC));
            var periods = seen.computeIfAbsent(candidate.generation(), _ -> new HashSet<>());
            if (periods.size() < count && periods.add(name)) {
                keep(candidate.id(), "the newest of the %s %s".formatted(word, name));
            }
        }
    }

    private static String day(ZonedDateTime time) {
        return time.toLocalDate().toString();
    }

    private static String week(ZonedDateTime time) {
        return "%d-W%02d".formatted(time.get(IsoFields.WEEK_BASED_YEAR), time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }

    private static String month(ZonedDateTime time) {
        return "%d-%02d".formatted(time.getYear(), time.getMonthValue());
    }

    private List<Verdict> verdicts() {
        return reasons.entrySet().stream()
                .map(entry -> entry.getValue().isEmpty()
                        ? new Verdict.Expire(
                                entry.getKey(), "older than " + words(policy.window()) + ", and nothing else keeps it")
                        : (Verdict) new Verdict.Keep(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** {@code 30 d}, {@code 1 h}: the largest unit that divides it. */
    public static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds == 0) {
            return time.toMillis() + " ms";
        }
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + " d";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + " h" : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
