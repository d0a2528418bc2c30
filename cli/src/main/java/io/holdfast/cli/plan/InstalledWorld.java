package io.holdfast.cli.plan;

import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.check.Question;
import io.holdfast.plan.check.World;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.secret.SecretReferences;
import io.holdfast.runbook.secret.UnreadableSecretException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers by the actions that are installed here. */
final class InstalledWorld implements World {

    private final SecretReferences secrets;
    private final InstantSource clock;
    private final Duration limit;
    private final List<Action> actions;

    InstalledWorld(List<Action> actions, Map<String, String> environment, InstantSource clock, Duration limit) {
        this.secrets = new SecretReferences(environment);
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
        Inputs inputs;
        try {
            inputs = revealed(question);
        } catch (UnreadableSecretException e) {
            return List.of(Finding.unknown("live", String.valueOf(e.getMessage()), e.hint()));
        }
        var call = new Call(
                "plan-check/%s/%s".formatted(question.procedure(), question.step()),
                inputs,
                _ -> {},
                clock.instant().plus(limit),
                clock);
        var found = action.get().examine(call);
        return found.isEmpty()
                ? List.of(Finding.passed("live", "nothing stands in the way of '%s'".formatted(name)))
                : found;
    }

    private Inputs revealed(Question question) {
        var values = new LinkedHashMap<>(question.inputs());
        for (var input : question.action().inputs()) {
            var given = values.get(input.name());
            if (input.type() == ValueType.SECRET && given != null) {
                values.put(input.name(), secrets.read(String.valueOf(given)));
            }
            if (input.type() == ValueType.SECRETS && given instanceof Map<?, ?> references) {
                var opened = new LinkedHashMap<String, Object>();
                references.forEach(
                        (name, reference) -> opened.put(String.valueOf(name), secrets.read(String.valueOf(reference))));
                values.put(input.name(), opened);
            }
        }
        return new Inputs(values);
    }
}
