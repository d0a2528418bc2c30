package io.holdfast.cli.status;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.LimitedLines;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code capture.check}. */
public final class CheckCapture extends CarefulAction {

    private final Supplier<Path> stateFolder;
    private final Function<Instant, Protected> look;

    /**
     * Of what this host is configured for.
     *
     * @param look at the repository, at a time
     */
    public CheckCapture(Supplier<Path> stateFolder, Function<Instant, Protected> look) {
        this.stateFolder = stateFolder;
        this.look = look;
    }

    @Override
    public ActionDescriptor descriptor() {
        return HoldfastActions.CAPTURE_CHECK;
    }

    @Override
    protected void look(Call call, List<Finding> findings) {
        var found = look.apply(call.clock().instant());
        findings.add(Finding.passed("capture.check", "repository '%s' can be read".formatted(found.repository())));
    }

    @Override
    public String intention(Call call) {
        return "look whether at most %s would be lost now".formatted(words(atMost(call)));
    }

    @Override
    protected Outcome act(Call call) {
        var now = call.clock().instant();
        var capture = HostCapture.read(stateFolder.get(), now);
        var found = look.apply(now);
        // It may be the capture of another host that stores into the repository.
        var trouble = new ArrayList<>(capture.published().isPresent() ? capture.concerns() : List.<String>of());
        var loss = found.recoveryPointSeconds().map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)));
        tooMuch(loss, atMost(call)).ifPresent(trouble::add);
        trouble.forEach(call.log()::line);
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("capture", capture.description());
        loss.ifPresent(known -> outputs.put("loss", known.toString()));
        found.recoverableTo()
                .flatMap(Protected.Reach::coveredUntil)
                .ifPresent(until -> outputs.put("covered-until", until.toString()));
        outputs.put("findings", LimitedLines.of(trouble));
        return trouble.isEmpty()
                ? new Outcome.Succeeded(new Outputs(outputs))
                : new Outcome.Failed(String.join("; ", trouble), "see 'holdfast status'", true, new Outputs(outputs));
    }

    private static Duration atMost(Call call) {
        return call.inputs().duration("at-most", Duration.ZERO);
    }

    private static Optional<String> tooMuch(Optional<Duration> loss, Duration atMost) {
        if (loss.isEmpty()) {
            return Optional.of("what would be lost now is not known: nothing captures WAL");
        }
        return loss.filter(found -> found.compareTo(atMost) > 0)
                .map(found -> "what would be lost now: %s, allowed are %s".formatted(words(found), words(atMost)));
    }

    private static String words(Duration span) {
        return TimeSpan.inWords(
                span.compareTo(Duration.ofSeconds(1)) < 0 ? span : Duration.ofSeconds(span.toSeconds()));
    }
}
