package io.holdfast.postgres.verify;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One {@link Tally} for each kind of check. Confined to one thread. */
final class Tallies {

    private final Map<CheckKind, Tally> tallies = new EnumMap<>(CheckKind.class);

    /** @param excuse why nothing can be judged any more, once there is such a reason */
    Tallies(Predicate<CheckKind> asked, InstantSource clock, Supplier<Optional<String>> excuse) {
        for (var kind : CheckKind.values()) {
            tallies.put(kind, new Tally(kind, asked.test(kind), clock, excuse));
        }
    }

    Tally of(CheckKind kind) {
        return Objects.requireNonNull(tallies.get(kind));
    }

    /** @param reason why nothing was judged where nothing was */
    List<Check> checks(String reason) {
        return tallies.values().stream().map(tally -> tally.check(reason)).toList();
    }
}
