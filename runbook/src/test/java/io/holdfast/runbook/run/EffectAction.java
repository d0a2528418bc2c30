package io.holdfast.runbook.run;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.ActionKind;
import io.holdfast.plan.action.Effect;
import io.holdfast.plan.action.Input;
import io.holdfast.plan.action.Output;
import io.holdfast.plan.action.ValueType;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An action whose effect is a line in a file, which is the target: what is there was done, whatever the engine thinks of
 * it. It can take its time, fail, or answer nothing; how often it fails is read from a file that a test writes.
 *
 * @param name decides the kind: {@code test.idempotent}, {@code test.checkable}, {@code test.once}; {@code test.look}
 *     changes nothing and fails while file {@code not-yet} is there
 */
record EffectAction(Path folder, String name) implements Action {

    static List<Action> all(Path folder) {
        return List.of(
                new EffectAction(folder, "test.idempotent"),
                new EffectAction(folder, "test.checkable"),
                new EffectAction(folder, "test.once"),
                new EffectAction(folder, "test.look"));
    }

    @Override
    public ActionDescriptor descriptor() {
        return new ActionDescriptor(
                name,
                "writes a line",
                switch (name) {
                    case "test.checkable" -> ActionKind.CHECKABLE;
                    case "test.once" -> ActionKind.ONCE;
                    default -> ActionKind.IDEMPOTENT;
                },
                name.equals("test.look") ? Effect.READS : Effect.CHANGES,
                List.of(
                        Input.required("line", ValueType.TEXT, "what is written"),
                        Input.optionalTarget("target", "what it works on"),
                        Input.optional("takes", ValueType.DURATION, "how long it takes before it writes"),
                        Input.optional(
                                "stubborn",
                                ValueType.DURATION,
                                "how long it goes on, and writes, if it is interrupted"),
                        Input.optional("fails", ValueType.INTEGER, "how often it fails before it writes"),
                        Input.optional("answers", ValueType.BOOLEAN, "whether its answer arrives"),
                        Input.optional("secret", ValueType.SECRET, "something that it says aloud")),
                List.of(new Output("written", ValueType.TEXT, "what was written")),
                "");
    }

    @Override
    public List<Finding> examine(Call call) {
        return List.of(Finding.passed("test.folder", "'%s' is there".formatted(folder)));
    }

    @Override
    public String intention(Call call) {
        return "write '%s'".formatted(call.inputs().text("line"));
    }

    @Override
    public Probe probe(Call call) {
        if (!name.equals("test.checkable")) {
            return new Probe.NotDone();
        }
        return lines(folder).contains(call.inputs().text("line"))
                ? new Probe.Done(Outputs.of("written", call.inputs().text("line")))
                : new Probe.NotDone();
    }

    @Override
    public Outcome execute(Call call) throws InterruptedException {
        var inputs = call.inputs();
        inputs.secretIfGiven("secret").ifPresent(secret -> call.log().line("the secret is " + secret.reveal()));
        try {
            Thread.sleep(inputs.duration("takes", Duration.ZERO));
        } catch (InterruptedException e) {
            if (!inputs.has("stubborn")) {
                throw e;
            }
            goOn(inputs.duration("stubborn", Duration.ZERO));
        }
        if (name.equals("test.look")) {
            return Files.exists(folder.resolve("not-yet"))
                    ? new Outcome.Failed("not yet", "wait", true)
                    : new Outcome.Succeeded(Outputs.of("written", ""));
        }
        append(folder.resolve("tries"), inputs.text("line"));
        var tries = read(folder.resolve("tries")).stream()
                .filter(inputs.text("line")::equals)
                .count();
        if (tries <= inputs.integer("fails", 0)) {
            return new Outcome.Failed(
                    "it fails", "try again", true, Outputs.of("written", "nothing of " + inputs.text("line")));
        }
        append(folder.resolve("effects"), inputs.text("line"));
        return inputs.truth("answers", true)
                ? new Outcome.Succeeded(Outputs.of("written", inputs.text("line")))
                : new Outcome.Unknown("its answer was lost");
    }

    /** However often it is interrupted. */
    private static void goOn(Duration time) {
        var end = Instant.now().plus(time);
        while (Instant.now().isBefore(end)) {
            try {
                Thread.sleep(Duration.between(Instant.now(), end));
            } catch (InterruptedException _) {
                // That is what a stubborn one does.
            }
        }
    }

    /** The effects, in their order. */
    static List<String> lines(Path folder) {
        return read(folder.resolve("effects"));
    }

    private static List<String> read(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized void append(Path file, String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
