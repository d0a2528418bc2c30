package io.holdfast.plan.file;

import io.holdfast.plan.action.ActionCatalogue;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.Input;
import io.holdfast.plan.action.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the schema says of {@code uses} and {@code with}: each action has inputs of its own. */
final class ActionSchema {

    /** In place of any value there may be a reference to one. */
    private static final String REFERENCE = "\\$\\{[^}]+\\}";

    private ActionSchema() {}

    static Map<String, Object> ofCall(Map<String, Object> definition, Definitions definitions) {
        return with(definition, names(Stream.of()), conditions(definitions));
    }

    static Map<String, Object> ofStep(Map<String, Object> definition, Definitions definitions) {
        return with(
                definition, names(Stream.of(Steps.APPROVAL, Steps.PARALLEL, Steps.PROCEDURE)), conditions(definitions));
    }

    private static List<String> names(Stream<String> further) {
        return Stream.concat(further, ActionCatalogue.ALL.stream().map(ActionDescriptor::name))
                .toList();
    }

    @SuppressWarnings("unchecked") // made by Section
    private static Map<String, Object> with(
            Map<String, Object> definition, List<String> names, List<Map<String, Object>> conditions) {
        var properties = (Map<String, Object>) definition.getOrDefault("properties", Map.of());
        var uses = new LinkedHashMap<>((Map<String, Object>) properties.getOrDefault("uses", Map.of()));
        uses.put("type", "string");
        uses.put("enum", names);
        properties.put("uses", uses);
        definition.put("allOf", conditions);
        return definition;
    }

    private static List<Map<String, Object>> conditions(Definitions definitions) {
        var conditions = new ArrayList<Map<String, Object>>();
        for (var action : ActionCatalogue.ALL) {
            var condition = new LinkedHashMap<String, Object>();
            condition.put(
                    "if",
                    ordered(
                            "properties", Map.of("uses", Map.of("const", action.name())),
                            "required", List.of("uses")));
            condition.put(
                    "then",
                    ordered(
                            "properties",
                            Map.of("with", reference(action, definitions)),
                            "required",
                            required(action)));
            conditions.add(condition);
        }
        return conditions;
    }

    private static Map<String, Object> reference(ActionDescriptor action, Definitions definitions) {
        return definitions.reference("with-" + action.name(), () -> inputs(action));
    }

    private static List<String> required(ActionDescriptor action) {
        return action.inputs().stream().anyMatch(Input::required) ? List.of("with") : List.of();
    }

    private static Map<String, Object> inputs(ActionDescriptor action) {
        var properties = new LinkedHashMap<String, Object>();
        for (var input : action.inputs()) {
            properties.put(input.name(), ordered("description", input.documentation(), "anyOf", forms(input.type())));
        }
        var inputs = new LinkedHashMap<String, Object>();
        inputs.put("description", action.summary());
        inputs.put("type", "object");
        inputs.put("additionalProperties", false);
        inputs.put(
                "required",
                action.inputs().stream()
                        .filter(Input::required)
                        .map(Input::name)
                        .toList());
        inputs.put("properties", properties);
        return inputs;
    }

    private static List<Map<String, Object>> forms(ValueType type) {
        var text = Map.<String, Object>of("type", List.of("string", "number", "boolean"));
        return switch (type) {
            case TEXT, INSTANT, DURATION -> List.of(text);
            case INTEGER -> List.of(Map.of("type", "integer"), reference());
            case BOOLEAN -> List.of(Map.of("type", "boolean"), reference());
            case LIST -> List.of(Map.of("type", "array", "items", text));
            case MAP -> List.of(Map.of("type", "object", "additionalProperties", text));
            case SECRET -> List.of(secret(), reference());
            case SECRETS ->
                List.of(Map.of(
                        "type", "object", "additionalProperties", Map.of("anyOf", List.of(secret(), reference()))));
        };
    }

    private static Map<String, Object> reference() {
        return ordered("type", "string", "pattern", REFERENCE);
    }

    private static Map<String, Object> secret() {
        return ordered("type", "string", "pattern", "^(env|file|aws-secret):.+");
    }

    private static Map<String, Object> ordered(String first, Object a, String second, Object b) {
        var map = new LinkedHashMap<String, Object>();
        map.put(first, a);
        map.put(second, b);
        return map;
    }
}
