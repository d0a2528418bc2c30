package io.holdfast.runbook.action;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Uses of actions as an engine would make them, for tests. */
public record Calls(List<String> lines) {

    public Calls() {
        this(new CopyOnWriteArrayList<>());
    }

    /** A call whose log is in {@link #lines}. */
    public Call of(String id, Map<String, ?> inputs) {
        return new Call(
                id,
                new Inputs(new LinkedHashMap<>(inputs)),
                lines::add,
                Instant.now().plus(Duration.ofMinutes(5)),
                InstantSource.system());
    }

    /** The same inputs with one more, or another. */
    public static Map<String, Object> with(Map<String, ?> inputs, String name, Object value) {
        var all = new LinkedHashMap<String, Object>(inputs);
        all.put(name, value);
        return all;
    }

    /** The same inputs with one less. */
    public static Map<String, Object> without(Map<String, ?> inputs, String name) {
        var all = new LinkedHashMap<String, Object>(inputs);
        all.remove(name);
        return all;
    }
}
