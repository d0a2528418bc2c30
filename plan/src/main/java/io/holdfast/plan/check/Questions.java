package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Template.Reference;
import io.holdfast.plan.procedure.Value;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What there is to ask about the procedures of an environment. */
final class Questions {

    private final Environment environment;

    private Questions(Environment environment) {
        this.environment = environment;
    }

    /** A question, or why it cannot be asked before a run. */
    sealed interface Asked {

        Use use();

        record Now(Use use, Question question) implements Asked {}

        /**
         * Depends on what is known only then.
         *
         * @param reference what stands for it
         */
        record Later(Use use, String procedure, Reference reference) implements Asked {}
    }

    /** The same question only once, wherever it comes up. */
    static List<Asked> of(Plan plan, Environment environment) {
        var questions = new Questions(environment);
        var asked = new ArrayList<Asked>();
        var seen = new HashSet<Map.Entry<String, Map<String, Object>>>();
        for (var procedure : plan.procedures()) {
            if (plan.runsIn(procedure, environment)) {
                Walk.uses(procedure)
                        .forEach(use -> use.descriptor()
                                .map(action -> questions.ask(procedure, use, action))
                                .filter(it -> isNew(it, seen))
                                .ifPresent(asked::add));
            }
        }
        return asked;
    }

    private static boolean isNew(Asked asked, Set<Map.Entry<String, Map<String, Object>>> seen) {
        return switch (asked) {
            case Asked.Now(var use, var question) ->
                seen.add(Map.entry(use.call().uses(), question.inputs()));
            case Asked.Later _ -> true;
        };
    }

    private Asked ask(Procedure procedure, Use use, ActionDescriptor action) {
        var unknown = use.call().with().values().stream()
                .flatMap(value -> unknown(procedure, value).stream())
                .findFirst();
        if (unknown.isPresent()) {
            return new Asked.Later(use, procedure.id(), unknown.get());
        }
        var inputs = new LinkedHashMap<String, Object>();
        use.call()
                .with()
                .forEach((name, value) -> action.input(name)
                        .ifPresent(input -> inputs.put(name, typed(input.type(), resolved(procedure, value)))));
        return new Asked.Now(use, new Question(procedure.id(), use.step().id(), action, inputs, use.path()));
    }

    private Optional<Reference> unknown(Procedure procedure, Value value) {
        return switch (value) {
            case Value.Text(var template) ->
                template.references().stream()
                        .filter(reference -> value(procedure, reference).isEmpty())
                        .findFirst();
            case Value.Listing(var values) ->
                values.stream()
                        .flatMap(inner -> unknown(procedure, inner).stream())
                        .findFirst();
            case Value.Mapping(var values) ->
                values.values().stream()
                        .flatMap(inner -> unknown(procedure, inner).stream())
                        .findFirst();
        };
    }

    private Optional<String> value(Procedure procedure, Reference reference) {
        var name = String.join(".", reference.path().subList(1, reference.path().size()));
        return switch (reference.scope()) {
            case "environment" ->
                Optional.ofNullable(environment.values().get(name))
                        .or(() -> name.equals("name") ? Optional.of(environment.name()) : Optional.empty());
            case "parameters" ->
                procedure.parameters().stream()
                        .filter(parameter -> parameter.name().equals(name))
                        .flatMap(parameter -> parameter.fallback().stream())
                        .findFirst();
            default -> Optional.empty();
        };
    }

    /** A text, a list of texts, or texts by name. */
    private Object resolved(Procedure procedure, Value value) {
        return switch (value) {
            case Value.Text(var template) -> text(procedure, template);
            case Value.Listing(var values) ->
                values.stream().map(inner -> resolved(procedure, inner)).toList();
            case Value.Mapping(var values) -> {
                var named = new LinkedHashMap<String, Object>();
                values.forEach((name, inner) -> named.put(name, resolved(procedure, inner)));
                yield named;
            }
        };
    }

    private String text(Procedure procedure, Template template) {
        var text = new StringBuilder();
        for (var part : template.parts()) {
            text.append(
                    switch (part) {
                        case Template.Literal(var literal) -> literal;
                        case Reference reference -> value(procedure, reference).orElseThrow();
                    });
        }
        return text.toString();
    }

    /** What is no value of its type stays a text, of which the action then complains. */
    private static Object typed(ValueType type, Object value) {
        if (!(value instanceof String text)) {
            return value;
        }
        try {
            return switch (type) {
                case INTEGER -> Long.valueOf(text);
                case BOOLEAN -> Boolean.valueOf(text);
                case DURATION -> TimeSpan.of(text).<Object>map(span -> span).orElse(text);
                case INSTANT -> OffsetDateTime.parse(text).toInstant();
                case TEXT, LIST, MAP, SECRET, SECRETS -> text;
            };
        } catch (NumberFormatException | java.time.DateTimeException _) {
            return text;
        }
    }
}
