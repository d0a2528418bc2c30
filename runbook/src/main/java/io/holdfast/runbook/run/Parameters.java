package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.Procedure;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a procedure is told. */
final class Parameters {

    private Parameters() {}

    /** With the fallbacks of those that were not given. */
    static Map<String, String> complete(Procedure procedure, Map<String, String> given) throws UnresolvedException {
        var complete = new LinkedHashMap<String, String>();
        for (var parameter : procedure.parameters()) {
            var value = given.containsKey(parameter.name())
                    ? given.get(parameter.name())
                    : parameter.fallback().orElse(null);
            if (value == null) {
                throw new UnresolvedException(
                        "procedure '%s' needs parameter '%s'".formatted(procedure.id(), parameter.name()),
                        parameter.description());
            }
            StepInputs.requireType("parameter '%s'".formatted(parameter.name()), parameter.type(), value);
            complete.put(parameter.name(), value);
        }
        for (var name : given.keySet()) {
            if (!complete.containsKey(name)) {
                throw new UnresolvedException(
                        "procedure '%s' has no parameter '%s'".formatted(procedure.id(), name),
                        "it has: " + String.join(", ", complete.keySet()));
            }
        }
        return complete;
    }
}
