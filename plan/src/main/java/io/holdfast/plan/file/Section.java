package io.holdfast.plan.file;

import io.holdfast.plan.yaml.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A section with keys that are known.
 *
 * @param <T> what it becomes
 */
final class Section<T> implements Shape<T> {

    private final String name;
    private final String description;
    private final Map<String, Key<?>> keys = new LinkedHashMap<>();
    private final Function<Fields, Optional<T>> make;
    private BiFunction<Map<String, Object>, Definitions, Map<String, Object>> furtherSchema =
            (definition, _) -> definition;

    private Section(String name, String description, Function<Section<T>, Function<Fields, Optional<T>>> declare) {
        this.name = name;
        this.description = description;
        this.make = declare.apply(this);
    }

    /**
     * A section.
     *
     * @param name of its definition in the schema
     * @param declare names the keys, and answers what makes a value of what was read beneath them
     */
    static <T> Section<T> of(String name, String description, Function<Section<T>, Function<Fields, T>> declare) {
        return new Section<>(
                name, description, section -> declare.apply(section).andThen(Optional::of));
    }

    /** The same where what was read may still make no sense, which is then told to {@link Fields#problems}. */
    static <T> Section<T> checked(
            String name, String description, Function<Section<T>, Function<Fields, Optional<T>>> declare) {
        return new Section<>(name, description, declare);
    }

    /**
     * One key.
     *
     * @param absent what counts when it is not there; empty: it must be there
     */
    record Key<F>(String name, Shape<F> shape, Optional<F> absent, String documentation) {}

    <F> Key<F> required(String key, Shape<F> shape, String documentation) {
        return add(new Key<>(key, shape, Optional.empty(), documentation));
    }

    <F> Key<F> otherwise(String key, Shape<F> shape, F absent, String documentation) {
        return add(new Key<>(key, shape, Optional.of(absent), documentation));
    }

    <F> Key<Optional<F>> optional(String key, Shape<F> shape, String documentation) {
        return add(new Key<>(key, present(shape), Optional.of(Optional.empty()), documentation));
    }

    /** Absent is empty. */
    <F> Key<List<F>> list(String key, Shape<F> item, String documentation) {
        return otherwise(key, Several.listOf(item), List.of(), documentation);
    }

    private <F> Key<F> add(Key<F> key) {
        keys.put(key.name(), key);
        return key;
    }

    /** What the keys alone cannot say. */
    Section<T> withSchema(BiFunction<Map<String, Object>, Definitions, Map<String, Object>> further) {
        furtherSchema = further;
        return this;
    }

    List<Key<?>> keys() {
        return List.copyOf(keys.values());
    }

    String name() {
        return name;
    }

    String description() {
        return description;
    }

    /** What was read beneath the keys of one section. */
    static final class Fields {

        private final Map<Key<?>, Object> values = new HashMap<>();
        private final Node.Mapping node;
        private final String path;
        private final Problems problems;

        private Fields(Node.Mapping node, String path, Problems problems) {
            this.node = node;
            this.path = path;
            this.problems = problems;
        }

        @SuppressWarnings("unchecked") // put there by the key's own shape
        <F> F get(Key<F> key) {
            return (F) Objects.requireNonNull(values.get(key));
        }

        /** Empty where it was wrong. */
        @SuppressWarnings("unchecked") // put there by the key's own shape
        <F> Optional<F> find(Key<F> key) {
            return Optional.ofNullable((F) values.get(key));
        }

        boolean has(Key<?> key) {
            return node.entries().containsKey(key.name());
        }

        /** Of a key that is there, or of the section. */
        io.holdfast.plan.yaml.Place place(Key<?> key) {
            var entry = node.entries().get(key.name());
            return entry == null ? node.place() : entry.keyPlace();
        }

        io.holdfast.plan.yaml.Place place() {
            return node.place();
        }

        String path() {
            return path;
        }

        Problems problems() {
            return problems;
        }
    }

    @Override
    public Optional<T> read(Node node, String path, Problems problems) {
        if (!(node instanceof Node.Mapping mapping)) {
            problems.add(
                    node.place(),
                    "plan.invalid-value",
                    "'%s' takes a section, not %s".formatted(path, node.kind()),
                    "write its keys indented beneath it: " + String.join(", ", keys.keySet()));
            return Optional.empty();
        }
        var before = problems.count();
        var fields = fields(mapping, path, problems);
        return problems.count() == before ? make.apply(fields) : Optional.empty();
    }

    /** Makes a value of what was read, whether or not all of it could be. */
    Optional<T> make(Fields fields) {
        return make.apply(fields);
    }

    /** What stands beneath each key; problems are told, and what is wrong is absent. */
    Fields fields(Node.Mapping mapping, String path, Problems problems) {
        refuseUnknown(mapping, path, problems);
        var fields = new Fields(mapping, path, problems);
        for (var key : keys.values()) {
            readKey(key, mapping, path, problems).ifPresent(value -> fields.values.put(key, value));
        }
        return fields;
    }

    private void refuseUnknown(Node.Mapping mapping, String path, Problems problems) {
        mapping.entries().forEach((given, entry) -> {
            if (!keys.containsKey(given)) {
                problems.add(
                        entry.keyPlace(),
                        "plan.unknown-key",
                        "unknown key '%s'".formatted(join(path, given)),
                        Scalars.remedy(given, new ArrayList<>(keys.keySet())));
            }
        });
    }

    private <F> Optional<F> readKey(Key<F> key, Node.Mapping mapping, String path, Problems problems) {
        var entry = mapping.entries().get(key.name());
        if (entry == null) {
            if (key.absent().isEmpty()) {
                problems.add(
                        mapping.place(),
                        "plan.missing-key",
                        "'%s' is missing".formatted(join(path, key.name())),
                        "%s: %s".formatted(key.name(), key.documentation()));
            }
            return key.absent();
        }
        if (entry.value() instanceof Node.Empty) {
            problems.add(
                    entry.keyPlace(),
                    "plan.invalid-value",
                    "'%s' has no value".formatted(join(path, key.name())),
                    "give it one, or remove the key");
            return Optional.empty();
        }
        return key.shape().read(entry.value(), join(path, key.name()), problems);
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        return definitions.reference(name, () -> definition(definitions));
    }

    Map<String, Object> definition(Definitions definitions) {
        var properties = new LinkedHashMap<String, Object>();
        for (var key : keys.values()) {
            var property = new LinkedHashMap<String, Object>();
            property.put("description", key.documentation());
            property.putAll(new java.util.TreeMap<>(key.shape().schema(definitions)));
            properties.put(key.name(), property);
        }
        var definition = new LinkedHashMap<String, Object>();
        definition.put("description", description);
        definition.put("type", "object");
        definition.put("additionalProperties", false);
        definition.put(
                "required",
                keys.values().stream()
                        .filter(key -> key.absent().isEmpty())
                        .map(Key::name)
                        .toList());
        definition.put("properties", properties);
        return furtherSchema.apply(definition, definitions);
    }

    private static <F> Shape<Optional<F>> present(Shape<F> shape) {
        return new Shape<>() {
            @Override
            public Optional<Optional<F>> read(Node node, String path, Problems problems) {
                var read = shape.read(node, path, problems);
                return read.isPresent() ? Optional.of(read) : Optional.empty();
            }

            @Override
            public Map<String, Object> schema(Definitions definitions) {
                return shape.schema(definitions);
            }
        };
    }
}
