package io.holdfast.plan.file;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The named sections of a JSON Schema. */
final class Definitions {

    private final Map<String, Object> byName = new LinkedHashMap<>();

    /** A reference to a definition, which is made when it is first asked for. */
    Map<String, Object> reference(String name, Supplier<Map<String, Object>> definition) {
        if (!byName.containsKey(name)) {
            byName.put(name, Map.of()); // so that a definition may refer to itself
            byName.put(name, definition.get());
        }
        return Map.of("$ref", "#/$defs/" + name);
    }

    Map<String, Object> all() {
        return byName;
    }
}
