package io.holdfast.runbook.action;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an action answers, by the names of its descriptor, as texts: durations and instants in ISO 8601. */
public record Outputs(Map<String, String> values) {

    public static final Outputs NONE = new Outputs(Map.of());

    public Outputs {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public static Outputs of(String name, String value) {
        return new Outputs(Map.of(name, value));
    }
}
