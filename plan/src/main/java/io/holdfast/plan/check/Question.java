package io.holdfast.plan.check;

import io.holdfast.plan.action.ActionDescriptor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether an action could do what a step tells it to.
 *
 * @param inputs by name: numbers, truth values, durations and instants as such, secrets as references, all else as texts
 * @param path where the step is in the file
 */
public record Question(
        String procedure, String step, ActionDescriptor action, Map<String, Object> inputs, List<String> path) {

    public Question {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        path = List.copyOf(path);
    }
}
