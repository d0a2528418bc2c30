package io.holdfast.plan.procedure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An action and what it is told.
 *
 * @param uses the name of the action
 * @param with its inputs by name, in the order of the file
 */
public record ActionCall(String uses, Map<String, Value> with) {

    public ActionCall {
        with = Collections.unmodifiableMap(new LinkedHashMap<>(with));
    }
}
