package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.Parameter;
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
import java.util.stream.Stream;

/** What there is to ask about the procedures of an environment, and about the health checks after them. */
final class Questions {

    private final Environment environment;
    private final String member;

    private Questions(Environment environment, String member) {
        this.environment = environment;
        this.member = member;
    }

    /** A question, or why it cannot be asked before a run. */
    sealed interface Asked {

        Use use();

        record Now(Use use, Question question) implements Asked {}

        /**
         * Depends on what is known only then.
         *
         * @param procedure whose dry run looks further
         * @param reference what stands for it
         */
        record Later(Use use, String procedure, Reference reference) implements Asked {}

        /** Only another host can answer it. */
        record Elsewhere(Use use, String member) implements Asked {}
    }

    /**
     * The same question only once, wherever it comes up.
     *
     * @param member that this host is
     */
    static List<Asked> of(Plan plan, Environment environment, String member) {
        var questions = new Questions(environment, member);
        var asked = new ArrayList<Asked>();
        var seen = new HashSet<Map.Entry<String, Map<String, Object>>>();
        var runnable = plan.procedures().stream()
                .filter(procedure -> plan.runsIn(procedure, environment))
                .toList();
        for (var procedure : runnable) {
            questions.ask(procedure.id(), procedure.parameters(), Walk.uses(procedure), seen, asked);
        }
        if (!runnable.isEmpty()) {
            questions.ask("PROCEDURE", List.of(), Walk.health(plan), seen, asked);
        }
        return asked;
    }

    private void ask(
            String procedure,
            List<Parameter> parameters,
            List<Use> uses,
            Set<Map.Entry<String, Map<String, Object>>> seen,
            List<Asked> asked) {
        for (var use : uses) {
            use.descriptor()
                    .map(action -> ask(procedure, parameters, use, action))
                    .filter(it -> isNew(it, seen))
                    .ifPresent(asked::add);
        }
    }

    private static boolean isNew(Asked asked, Set<Map.Entry<String, Map<String, Object>>> seen) {
        return switch (asked) {
            case Asked.Now(var use, var question) ->
                seen.add(Map.entry(use.call().uses(), question.inputs()));
            case Asked.Later _, Asked.Elsewhere _ -> true;
        };
    }

    private Asked ask(String procedure, List<Parameter> parameters, Use use, ActionDescriptor action) {
        var unknown = Stream.concat(
                        use.members().stream().<Value>map(Value.Text::new), use.call().with().values().stream())
                .flatMap(value -> unknown(parameters, value).stream())
                .findFirst();
        if (unknown.isPresent()) {
            return new Asked.Later(use, procedure, unknown.get());
        }
        for (var wanted : use.members()) {
            var other = text(parameters, wanted);
            if (!other.equals(member)) {
                return new Asked.Elsewhere(use, other);
            }
        }
        var inputs = new LinkedHashMap<String, Object>();
        use.call()
                .with()
                .forEach((name, value) -> action.input(name)
                        .ifPresent(input -> inputs.put(name, typed(input.type(), resolved(parameters, value)))));
        return new Asked.Now(use, new Question(procedure, use.place(), action, inputs, use.path()));
    }

    private Optional<Reference> unknown(List<Parameter> parameters, Value value) {
        return switch (value) {
            case Value.Text(var template) ->
                template.references().stream()
                        .filter(reference -> value(parameters, reference).isEmpty())
                        .findFirst();
            case Value.Listing(var values) ->
                values.stream()
                        .flatMap(inner -> unknown(parameters, inner).stream())
                        .findFirst();
            case Value.Mapping(var values) ->
                values.values().stream()
                        .flatMap(inner -> unknown(parameters, inner).stream())
                        .findFirst();
        };
    }

    private Optional<String> value(List<Parameter> parameters, Reference reference) {
        var name = String.join(".", reference.path().subList(1, reference.path().size()));
        return switch (reference.scope()) {
            case "environment" ->
                Optional.ofNullable(environment.values().get(name))
                        .or(() -> name.equals("name") ? Optional.of(environment.name()) : Optional.empty());
            case "parameters" ->
                parameters.stream()
                        .filter(parameter -> parameter.name().equals(name))
                        .flatMap(parameter -> parameter.fallback().stream())
                        .findFirst();
            default -> Optional.empty();
        };
    }

    /** A text, a list of texts, or texts by name. */
    private Object resolved(List<Parameter> parameters, Value value) {
        return switch (value) {
            case Value.Text(var template) -> text(parameters, template);
            case Value.Listing(var values) ->
                values.stream().map(inner -> resolved(parameters, inner)).toList();
            case Value.Mapping(var values) -> {
                var named = new LinkedHashMap<String, Object>();
                values.forEach((name, inner) -> named.put(name, resolved(parameters, inner)));
                yield named;
            }
        };
    }

    private String text(List<Parameter> parameters, Template template) {
        var text = new StringBuilder();
        for (var part : template.parts()) {
            text.append(
                    switch (part) {
                        case Template.Literal(var literal) -> literal;
                        case Reference reference -> value(parameters, reference).orElseThrow();
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
