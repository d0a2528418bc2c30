package io.holdfast.postgres.action;

import io.holdfast.postgres.cluster.QueryAnswer;
import io.holdfast.postgres.restore.RestoreException;
import io.holdfast.postgres.restore.TargetTime;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.UnusableInputException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What the answer to a query must be. Whatever is absent does not matter. */
record Expectation(
        Optional<String> equal,
        Optional<Long> atLeast,
        Optional<Long> atMost,
        Optional<Duration> age,
        Optional<Instant> asOf,
        Optional<Instant> notAfter) {

    static Expectation of(Call call) {
        var inputs = call.inputs();
        if (inputs.has("as-of") && !inputs.has("not-older-than")) {
            throw new UnusableInputException(
                    "as-of", "has no 'not-older-than' beside it", "say how old it may be then");
        }
        return new Expectation(
                inputs.textIfGiven("equals"),
                inputs.has("at-least") ? Optional.of(inputs.integer("at-least", 0)) : Optional.empty(),
                inputs.has("at-most") ? Optional.of(inputs.integer("at-most", 0)) : Optional.empty(),
                inputs.has("not-older-than")
                        ? Optional.of(inputs.duration("not-older-than", Duration.ZERO))
                        : Optional.empty(),
                inputs.instantIfGiven("as-of"),
                inputs.instantIfGiven("not-after"));
    }

    private boolean isNothing() {
        return equal.isEmpty() && atLeast.isEmpty() && atMost.isEmpty() && age.isEmpty() && notAfter.isEmpty();
    }

    /** In what the answer is not as expected; empty if in nothing. */
    Optional<String> contradiction(QueryAnswer answer, Call call) {
        if (isNothing()) {
            return Optional.empty();
        }
        if (answer.value().isEmpty()) {
            return Optional.of(answer.rows() == 0 ? "the query gave no row" : "the query gave NULL");
        }
        var value = answer.value().get();
        if (equal.isPresent() && !equal.get().equals(value)) {
            return Optional.of("the query gave '%s', not '%s'".formatted(value, equal.get()));
        }
        return number(value).or(() -> time(value, call));
    }

    private Optional<String> number(String value) {
        if (atLeast.isEmpty() && atMost.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal number;
        try {
            number = new BigDecimal(value);
        } catch (NumberFormatException _) {
            return Optional.of("the query gave '%s', which is no number".formatted(value));
        }
        return atLeast.filter(least -> number.compareTo(BigDecimal.valueOf(least)) < 0)
                .map(least -> "the query gave %s, less than %d".formatted(value, least))
                .or(() -> atMost.filter(most -> number.compareTo(BigDecimal.valueOf(most)) > 0)
                        .map(most -> "the query gave %s, more than %d".formatted(value, most)));
    }

    private Optional<String> time(String value, Call call) {
        if (age.isEmpty() && notAfter.isEmpty()) {
            return Optional.empty();
        }
        Instant time;
        try {
            time = parse(value);
        } catch (RestoreException _) {
            return Optional.of("the query gave '%s', which is no time".formatted(value));
        }
        var then = asOf.orElseGet(() -> call.clock().instant());
        return age.filter(most -> time.isBefore(then.minus(most)))
                .map(most -> "the query gave %s, more than %s before %s".formatted(time, words(most), then))
                .or(() -> notAfter.filter(time::isAfter)
                        .map(last -> "the query gave %s, later than %s".formatted(time, last)));
    }

    /** A timestamp without time zone has no offset. */
    private static Instant parse(String value) {
        var hasOffset = value.matches(".*([zZ]|UTC|:\\d{2}(\\.\\d+)?[+-]\\d{2}(:?\\d{2})?)$");
        var withTime = value.matches("\\d{4}-\\d{2}-\\d{2}") ? value + " 00:00:00" : value;
        return TargetTime.parse(hasOffset ? withTime : withTime + "+00");
    }

    /** {@code PT1H30M} as a person would write it. */
    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
