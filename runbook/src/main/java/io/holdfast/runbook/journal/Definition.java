package io.holdfast.runbook.journal;

import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Procedure;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run executes, frozen when it was started. It holds references to secrets, never secrets.
 *
 * @param procedure the id of the procedure that runs
 * @param procedures it and all that it nests, by id
 * @param environment where it runs, for example {@code prod}
 * @param environmentValues what the plan says of that environment, dotted: {@code database.host}
 * @param facts what was found out before the start, dotted
 * @param approvers the people of the plan who have keys, with these, one a line: {@code ssh-ed25519 AAAA...}
 * @param health actions that only read; the run is green when all of them hold
 * @param planHash of the plan that this is from, in hexadecimal
 */
public record Definition(
        String procedure,
        Map<String, Procedure> procedures,
        String environment,
        Map<String, String> environmentValues,
        Map<String, String> parameters,
        Map<String, String> facts,
        Map<String, String> approvers,
        List<ActionCall> health,
        String planHash) {

    public Definition {
        procedures = copy(procedures);
        environmentValues = copy(environmentValues);
        parameters = copy(parameters);
        facts = copy(facts);
        approvers = copy(approvers);
        health = List.copyOf(health);
        if (!procedures.containsKey(procedure)) {
            throw new IllegalArgumentException("procedure '%s' is not among those given".formatted(procedure));
        }
    }

    private static <V> Map<String, V> copy(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    public Procedure root() {
        return named(procedure);
    }

    public Procedure named(String id) {
        var found = procedures.get(id);
        if (found == null) {
            throw new IllegalArgumentException("procedure '%s' is not part of this run".formatted(id));
        }
        return found;
    }
}
