package io.holdfast.runbook.run;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.Effect;
import io.holdfast.plan.action.Input;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Value;
import io.holdfast.runbook.action.Inputs;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What an action is told, references resolved and types checked; secrets are still references.
 *
 * @param values as {@link Inputs} says, but secrets as texts
 */
record StepInputs(ActionDescriptor descriptor, Map<String, Object> values) {

    static StepInputs resolve(ActionDescriptor descriptor, ActionCall call, Scope scope) throws UnresolvedException {
        var values = new LinkedHashMap<String, Object>();
        for (var given : call.with().entrySet()) {
            var input = descriptor.input(given.getKey());
            if (input.isEmpty()) {
                throw new UnresolvedException(
                        "%s has no input '%s'".formatted(descriptor.name(), given.getKey()), "see its documentation");
            }
            values.put(given.getKey(), typed(descriptor, input.get(), given.getValue(), scope));
        }
        for (var input : descriptor.inputs()) {
            if (input.required() && !values.containsKey(input.name())) {
                throw new UnresolvedException(
                        "%s needs input '%s'".formatted(descriptor.name(), input.name()), "see its documentation");
            }
        }
        return new StepInputs(descriptor, values);
    }

    /** Inputs without a descriptor, such as the parameters of a nested procedure. */
    static Map<String, String> texts(Map<String, Value> values, Scope scope) throws UnresolvedException {
        var texts = new LinkedHashMap<String, String>();
        for (var entry : values.entrySet()) {
            if (!(entry.getValue() instanceof Value.Text(var template))) {
                throw new UnresolvedException(
                        "parameter '%s' is not a text".formatted(entry.getKey()), "give it as one text");
            }
            texts.put(entry.getKey(), scope.resolve(template));
        }
        return texts;
    }

    /** Whether a text can be read as a value of a type that is one text. */
    static void requireType(String what, ValueType type, String text) throws UnresolvedException {
        try {
            var ignored = switch (type) {
                case INTEGER -> Long.parseLong(text.strip());
                case BOOLEAN -> truth(text.strip());
                case DURATION -> duration(text.strip());
                case INSTANT -> instant(text.strip());
                case TEXT, SECRET, LIST, MAP, SECRETS -> text;
            };
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new UnresolvedException(
                    "%s is not of type %s: %s".formatted(what, type, e.getMessage()), "give one that is");
        }
    }

    private static Object typed(ActionDescriptor action, Input input, Value value, Scope scope)
            throws UnresolvedException {
        try {
            return switch (input.type()) {
                case TEXT, SECRET -> text(value, scope);
                case INTEGER -> Long.parseLong(text(value, scope).strip());
                case BOOLEAN -> truth(text(value, scope).strip());
                case DURATION -> duration(text(value, scope).strip());
                case INSTANT -> instant(text(value, scope).strip());
                case LIST -> list(value, scope);
                case MAP, SECRETS -> map(value, scope);
            };
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new UnresolvedException(
                    "input '%s' of %s is not of type %s: %s"
                            .formatted(input.name(), action.name(), input.type(), e.getMessage()),
                    "see its documentation");
        }
    }

    private static String text(Value value, Scope scope) throws UnresolvedException {
        return switch (value) {
            case Value.Text(var template) -> scope.resolve(template);
            case Value.Listing _ -> throw new IllegalArgumentException("a list");
            case Value.Mapping _ -> throw new IllegalArgumentException("a mapping");
        };
    }

    private static List<String> list(Value value, Scope scope) throws UnresolvedException {
        if (!(value instanceof Value.Listing(var values))) {
            throw new IllegalArgumentException("not a list");
        }
        var texts = new ArrayList<String>();
        for (var element : values) {
            texts.add(text(element, scope));
        }
        return List.copyOf(texts);
    }

    private static Map<String, String> map(Value value, Scope scope) throws UnresolvedException {
        if (!(value instanceof Value.Mapping(var values))) {
            throw new IllegalArgumentException("not a mapping");
        }
        var texts = new LinkedHashMap<String, String>();
        for (var entry : values.entrySet()) {
            texts.put(entry.getKey(), text(entry.getValue(), scope));
        }
        return texts;
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'%s' is neither true nor false".formatted(text));
        };
    }

    /** As plans write it, or ISO 8601, as actions answer it. */
    static Duration duration(String text) {
        var span = TimeSpan.of(text).orElseGet(() -> Duration.parse(text));
        if (!TimeSpan.isSensible(span)) {
            throw new IllegalArgumentException("'%s' is longer than a hundred years".formatted(text));
        }
        return span;
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    /** What the run locks for it. */
    List<String> targets() {
        var targets = new TreeSet<String>();
        for (var input : descriptor.inputs()) {
            if (input.target() && values.get(input.name()) instanceof String target) {
                targets.add(target);
            }
        }
        return List.copyOf(targets);
    }

    boolean exclusive() {
        return descriptor.effect() == Effect.CHANGES;
    }

    /** With the secrets themselves, for one call. */
    Inputs reveal(Secrets secrets) throws UnresolvedException {
        var revealed = new LinkedHashMap<>(values);
        for (var input : descriptor.inputs()) {
            var value = values.get(input.name());
            if (input.type() == ValueType.SECRET && value instanceof String reference) {
                revealed.put(input.name(), secrets.read(reference));
            }
            if (input.type() == ValueType.SECRETS && value instanceof Map<?, ?> references) {
                var opened = new LinkedHashMap<String, Object>();
                for (var entry : references.entrySet()) {
                    opened.put(String.valueOf(entry.getKey()), secrets.read(String.valueOf(entry.getValue())));
                }
                revealed.put(input.name(), opened);
            }
        }
        return new Inputs(revealed);
    }
}
