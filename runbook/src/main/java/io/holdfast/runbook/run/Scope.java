package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Condition;
import io.holdfast.plan.procedure.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the references of a step may stand for: values that are the same in the whole run, parameters of the procedure,
 * outputs of earlier steps, and the item of a loop. Thread-safe.
 */
final class Scope {

    private final Map<String, Map<String, String>> constants;
    private final Map<String, String> parameters;
    private final Optional<String> item;
    private final Optional<Scope> outer;
    private final Map<String, Map<String, String>> outputs = new ConcurrentHashMap<>();

    private Scope(
            Map<String, Map<String, String>> constants,
            Map<String, String> parameters,
            Optional<String> item,
            Optional<Scope> outer) {
        this.constants = constants;
        this.parameters = parameters;
        this.item = item;
        this.outer = outer;
    }

    /** Of the procedure that runs. */
    static Scope of(Map<String, Map<String, String>> constants, Map<String, String> parameters) {
        return new Scope(constants, parameters, Optional.empty(), Optional.empty());
    }

    /** Of a nested procedure: it sees its own parameters and steps only. */
    Scope nested(Map<String, String> itsParameters) {
        return new Scope(constants, itsParameters, Optional.empty(), Optional.empty());
    }

    /** Of one item of a loop: it sees what is around the loop, too. */
    Scope item(String value) {
        return new Scope(constants, parameters, Optional.of(value), Optional.of(this));
    }

    void put(String step, Map<String, String> values) {
        outputs.put(step, values);
    }

    String resolve(Template template) throws UnresolvedException {
        var text = new StringBuilder();
        for (var part : template.parts()) {
            switch (part) {
                case Template.Literal(var literal) -> text.append(literal);
                case Template.Reference reference -> text.append(value(reference));
            }
        }
        return text.toString();
    }

    boolean holds(Condition condition) throws UnresolvedException {
        var equal = resolve(condition.left()).equals(resolve(condition.right()));
        return switch (condition.comparison()) {
            case EQUAL -> equal;
            case NOT_EQUAL -> !equal;
        };
    }

    private String value(Template.Reference reference) throws UnresolvedException {
        var name = String.join(".", reference.path().subList(1, reference.path().size()));
        var found = switch (reference.scope()) {
            case "item" -> name.isEmpty() ? item() : Optional.<String>empty();
            case "parameters" -> Optional.ofNullable(parameters.get(name));
            case "steps" -> output(reference.path());
            default ->
                Optional.ofNullable(
                        constants.getOrDefault(reference.scope(), Map.of()).get(name));
        };
        return found.orElseThrow(() -> new UnresolvedException(
                "%s has no value".formatted(reference), "see what the steps before it answered, and the environment"));
    }

    private Optional<String> item() {
        return item.or(() -> outer.flatMap(Scope::item));
    }

    private Optional<String> output(List<String> path) {
        if (path.size() < 3) {
            return Optional.empty();
        }
        var name = String.join(".", path.subList(2, path.size()));
        return Optional.ofNullable(outputs.getOrDefault(path.get(1), Map.of()).get(name))
                .or(() -> outer.flatMap(scope -> scope.output(path)));
    }
}
