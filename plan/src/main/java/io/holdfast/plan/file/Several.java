package io.holdfast.plan.file;

import io.holdfast.plan.yaml.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Shapes of several values. */
final class Several {

    private Several() {}

    /** Each item of a list; one that is wrong is left out, and told. */
    static <T> Shape<List<T>> listOf(Shape<T> item) {
        return new Shape<>() {
            @Override
            public Optional<List<T>> read(Node node, String path, Problems problems) {
                if (!(node instanceof Node.Listing listing)) {
                    problems.add(
                            node.place(),
                            "plan.invalid-value",
                            "'%s' takes a list, not %s".formatted(path, node.kind()),
                            "write each item after '- ' on a line of its own");
                    return Optional.empty();
                }
                var before = problems.count();
                var read = new ArrayList<T>();
                for (var i = 0; i < listing.items().size(); i++) {
                    item.read(listing.items().get(i), path + "[" + (i + 1) + "]", problems)
                            .ifPresent(read::add);
                }
                return problems.count() == before ? Optional.of(List.copyOf(read)) : Optional.empty();
            }

            @Override
            public Map<String, Object> schema(Definitions definitions) {
                return Map.of("type", "array", "items", item.schema(definitions));
            }
        };
    }

    /** Values beneath names that the plan gives. */
    static <T> Shape<Map<String, T>> mapOf(Shape<T> value) {
        return new Shape<>() {
            @Override
            public Optional<Map<String, T>> read(Node node, String path, Problems problems) {
                if (!(node instanceof Node.Mapping mapping)) {
                    problems.add(
                            node.place(),
                            "plan.invalid-value",
                            "'%s' takes names and values, not %s".formatted(path, node.kind()),
                            "write 'name: value' lines, indented beneath it");
                    return Optional.empty();
                }
                var before = problems.count();
                var read = new LinkedHashMap<String, T>();
                mapping.entries()
                        .forEach((name, entry) -> value.read(entry.value(), path + "." + name, problems)
                                .ifPresent(found -> read.put(name, found)));
                return problems.count() == before ? Optional.of(read) : Optional.empty();
            }

            @Override
            public Map<String, Object> schema(Definitions definitions) {
                return Map.of("type", "object", "additionalProperties", value.schema(definitions));
            }
        };
    }

    /** Sections beneath names that the plan gives, as a list of what each is with its name. */
    static <S, T> Shape<List<T>> named(Shape<String> name, Shape<S> section, BiFunction<String, S, T> make) {
        var sections = mapOf(section);
        return new Shape<>() {
            @Override
            public Optional<List<T>> read(Node node, String path, Problems problems) {
                var before = problems.count();
                if (node instanceof Node.Mapping given) {
                    given.entries()
                            .forEach((key, entry) ->
                                    name.read(new Node.Scalar(key, entry.keyPlace()), path + "." + key, problems));
                }
                var read = sections.read(node, path, problems);
                return problems.count() == before
                        ? read.map(found -> found.entrySet().stream()
                                .map(entry -> make.apply(entry.getKey(), entry.getValue()))
                                .toList())
                        : Optional.empty();
            }

            @Override
            public Map<String, Object> schema(Definitions definitions) {
                return Map.of(
                        "type", "object",
                        "propertyNames", name.schema(definitions),
                        "additionalProperties", section.schema(definitions));
            }
        };
    }
}
