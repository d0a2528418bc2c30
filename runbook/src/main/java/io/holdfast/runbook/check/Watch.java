package io.holdfast.runbook.check;

import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.UnusableInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Looks again until a thing is as it should be.
 *
 * @param within how long at most; zero: once, or as often as successes are wanted
 * @param every how long between two looks
 * @param successes how many looks in a row must hold
 */
public record Watch(Duration within, Duration every, long successes, Pause pause) {

    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration LEAST = Duration.ofMillis(50);

    /** Looks once. */
    @FunctionalInterface
    public interface Look {

        Sight look() throws InterruptedException;
    }

    /** As the inputs {@code within}, {@code every} and {@code successes} say. */
    public static Watch of(Inputs inputs, Pause pause) {
        var successes = inputs.integer("successes", 1);
        if (successes < 1 || successes > 1000) {
            throw new UnusableInputException(
                    "successes", "is not from 1 to 1000", "say how many looks must hold in a row");
        }
        var every = inputs.duration("every", EVERY);
        return new Watch(
                inputs.duration("within", Duration.ZERO), every.compareTo(LEAST) < 0 ? LEAST : every, successes, pause);
    }

    /** Looks until it holds or the time is up; answers with {@code attempts} and {@code green-at} besides what was seen. */
    public Outcome until(Call call, Look look) throws InterruptedException {
        var begun = System.nanoTime();
        var said = "";
        var attempts = 0L;
        var greens = 0L;
        Optional<Instant> greenAt = Optional.empty();
        while (true) {
            attempts++;
            switch (look.look()) {
                case Sight.Green(var outputs) -> {
                    greenAt = greenAt.or(() -> Optional.of(call.clock().instant()));
                    if (++greens == successes) {
                        var all = new LinkedHashMap<>(outputs);
                        all.put("attempts", Long.toString(attempts));
                        all.put("green-at", greenAt.get().toString());
                        return new Outcome.Succeeded(new Outputs(all));
                    }
                }
                case Sight.Red(var reason, var hint) -> {
                    greens = 0;
                    greenAt = Optional.empty();
                    if (Duration.ofNanos(System.nanoTime() - begun).plus(every).compareTo(within) > 0) {
                        return new Outcome.Failed(reason, hint, true);
                    }
                    if (!reason.equals(said)) {
                        call.log().line(reason);
                        said = reason;
                    }
                }
            }
            pause.pause(every);
        }
    }
}
