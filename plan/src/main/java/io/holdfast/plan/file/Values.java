package io.holdfast.plan.file;

import io.holdfast.plan.procedure.Condition;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.yaml.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Shapes of what a step is told. */
final class Values {

    private static final Pattern COMPARISON = Pattern.compile("(.*?\\S)\\s+(==|!=)(?:\\s+(.*))?");

    private Values() {}

    /** A text, a list or texts by name, in which references may stand. */
    static final Shape<Value> VALUE = new Shape<>() {
        @Override
        public Optional<Value> read(Node node, String path, Problems problems) {
            return switch (node) {
                case Node.Scalar _ ->
                    Scalars.TEMPLATE.read(node, path, problems).map(Value.Text::new);
                case Node.Listing _ ->
                    Several.listOf(this).read(node, path, problems).map(Value.Listing::new);
                case Node.Mapping _ ->
                    Several.mapOf(this).read(node, path, problems).map(Value.Mapping::new);
                case Node.Empty(var place) -> {
                    problems.add(
                            place, "plan.invalid-value", "'%s' has no value".formatted(path), "an empty text is \"\"");
                    yield Optional.empty();
                }
            };
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return Map.of("type", List.of("string", "number", "boolean", "array", "object"));
        }
    };

    static final Shape<Map<String, Value>> INPUTS = Several.mapOf(VALUE);

    /** What stands there, to be read when it is known what it is for. */
    static final Shape<Node> RAW = new Shape<>() {
        @Override
        public Optional<Node> read(Node node, String path, Problems problems) {
            return Optional.of(node);
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return Map.of("type", "object");
        }
    };

    static final Shape<Condition> CONDITION = new Shape<>() {
        @Override
        public Optional<Condition> read(Node node, String path, Problems problems) {
            var whole = Scalars.TEMPLATE.read(node, path, problems);
            if (whole.isEmpty() || !(node instanceof Node.Scalar(var text, var place))) {
                return Optional.empty();
            }
            var form = COMPARISON.matcher(text.strip());
            if (!form.matches()) {
                problems.add(
                        place,
                        "plan.invalid-value",
                        "'%s' is not a condition: '%s'".formatted(path, text),
                        "write one comparison, for example ${parameters.mode} == dump, or with !=");
                return Optional.empty();
            }
            var right = form.group(3) == null ? "" : form.group(3).strip();
            return Optional.of(new Condition(
                    Template.parse(unquoted(form.group(1))),
                    form.group(2).equals("==") ? Condition.Comparison.EQUAL : Condition.Comparison.NOT_EQUAL,
                    Template.parse(unquoted(right))));
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return Map.of("type", "string", "pattern", "(==|!=)");
        }
    };

    private static String unquoted(String text) {
        var quoted = text.length() > 1
                && ((text.startsWith("'") && text.endsWith("'")) || (text.startsWith("\"") && text.endsWith("\"")));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
