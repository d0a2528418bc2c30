package io.holdfast.cli.plan;

import io.holdfast.plan.action.Input;
import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.check.Question;
import io.holdfast.plan.check.World;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers by the actions that are installed here. */
final class InstalledWorld implements World {

    private final Map<String, String> environment;
    private final InstantSource clock;
    private final Duration limit;
    private final List<Action> actions;

    InstalledWorld(List<Action> actions, Map<String, String> environment, InstantSource clock, Duration limit) {
        this.environment = environment;
        this.clock = clock;
        this.limit = limit;
        this.actions = List.copyOf(actions);
    }

    @Override
    public List<Finding> ask(Question question) throws InterruptedException {
        var name = question.action().name();
        var action = actions.stream()
                .filter(candidate -> candidate.descriptor().name().equals(name))
                .findFirst();
        if (action.isEmpty()) {
            return List.of(Finding.unknown(
                    "live",
                    "action '%s' is not installed here".formatted(name),
                    "ask where its provider is installed"));
        }
        var inputs = revealed(question);
        if (inputs.isEmpty()) {
            return List.of(Finding.unknown(
                    "live",
                    "a secret that it needs cannot be read here",
                    "put it where the plan says, or ask where it is"));
        }
        var call = new Call(
                "plan-check/%s/%s".formatted(question.procedure(), question.step()),
                inputs.get(),
                _ -> {},
                clock.instant().plus(limit),
                clock);
        var found = action.get().examine(call);
        return found.isEmpty()
                ? List.of(Finding.passed("live", "nothing stands in the way of '%s'".formatted(name)))
                : found;
    }

    /** Empty if a secret is not here. */
    private Optional<Inputs> revealed(Question question) {
        var values = new LinkedHashMap<>(question.inputs());
        for (var input : question.action().inputs()) {
            var given = values.get(input.name());
            if (given != null && isSecret(input)) {
                var secret = given instanceof Map<?, ?> named ? secrets(named) : secret(given);
                if (secret.isEmpty()) {
                    return Optional.empty();
                }
                values.put(input.name(), secret.get());
            }
        }
        return Optional.of(new Inputs(values));
    }

    private static boolean isSecret(Input input) {
        return input.type() == ValueType.SECRET || input.type() == ValueType.SECRETS;
    }

    private Optional<Object> secrets(Map<?, ?> references) {
        var opened = new LinkedHashMap<String, Object>();
        for (var entry : references.entrySet()) {
            var secret = secret(String.valueOf(entry.getValue()));
            if (secret.isEmpty()) {
                return Optional.empty();
            }
            opened.put(String.valueOf(entry.getKey()), secret.get());
        }
        return Optional.of(opened);
    }

    private Optional<Object> secret(Object reference) {
        var text = String.valueOf(reference);
        if (text.startsWith("env:")) {
            return Optional.ofNullable(environment.get(text.substring("env:".length())))
                    .map(Secret::of);
        }
        if (text.startsWith("file:")) {
            try {
                return Optional.of(Secret.of(Files.readString(Path.of(text.substring("file:".length())))
                        .stripTrailing()));
            } catch (IOException _) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
