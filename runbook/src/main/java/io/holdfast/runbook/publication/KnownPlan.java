package io.holdfast.runbook.publication;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A plan that a host has seen in a repository.
 *
 * @param statement the hash of what its owners have signed
 */
public record KnownPlan(int number, String statement) {

    private static final Pattern LINE = Pattern.compile("(\\d{1,8}) ([0-9a-f]{64})");

    static KnownPlan of(PublishedPlan plan) {
        return new KnownPlan(plan.number(), plan.hashOfStatement());
    }

    /** Empty if it is none: then the host knows nothing. */
    static Optional<KnownPlan> parse(String line) {
        var parts = LINE.matcher(line);
        return parts.matches()
                ? Optional.of(new KnownPlan(Integer.parseInt(parts.group(1)), parts.group(2)))
                : Optional.empty();
    }

    String line() {
        return "%d %s".formatted(number, statement);
    }

    boolean is(PublishedPlan plan) {
        return plan.number() == number && plan.hashOfStatement().equals(statement);
    }
}
