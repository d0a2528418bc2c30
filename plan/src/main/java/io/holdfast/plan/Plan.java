package io.holdfast.plan;

import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Procedure;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One disaster recovery plan, as one file holds it.
 *
 * @param categories by number
 * @param health actions that only read; a recovery is over when all of them hold
 * @param procedures in the order of the file
 * @param byHand what a person types where Holdfast cannot do a step, by procedure and step
 */
public record Plan(
        PlanHash hash,
        Document document,
        Objectives objectives,
        List<Category> categories,
        BackupStrategy backups,
        Safekeeping safekeeping,
        List<ActionCall> health,
        List<Procedure> procedures,
        ByHand byHand,
        Communication communication,
        List<PlannedTest> tests,
        List<Checklist> checklists,
        List<Contact> contacts,
        List<ExternalContact> externalContacts,
        List<ScriptLocation> scripts,
        List<Environment> environments,
        List<Recurring> recurring) {

    public Plan {
        categories = List.copyOf(categories);
        health = List.copyOf(health);
        procedures = List.copyOf(procedures);
        tests = List.copyOf(tests);
        checklists = List.copyOf(checklists);
        contacts = List.copyOf(contacts);
        externalContacts = List.copyOf(externalContacts);
        scripts = List.copyOf(scripts);
        environments = List.copyOf(environments);
        recurring = List.copyOf(recurring);
    }

    public Optional<Procedure> procedure(String id) {
        return procedures.stream()
                .filter(procedure -> procedure.id().equals(id))
                .findFirst();
    }

    /** The procedure that answers to an id in an environment: its variant there, where there is one. */
    public Optional<Procedure> procedure(String id, Environment environment) {
        return procedure(environment.variants().getOrDefault(id, id));
    }

    public Optional<Environment> environment(String name) {
        return environments.stream()
                .filter(environment -> environment.name().equals(name))
                .findFirst();
    }

    public Optional<Contact> contact(String id) {
        return contacts.stream().filter(contact -> contact.id().equals(id)).findFirst();
    }

    /** Whether a procedure may be started in an environment; nested ones always may. */
    public boolean runsIn(Procedure procedure, Environment environment) {
        return environment
                .runs()
                .map(named -> named.contains(procedure.id()))
                .orElseGet(() -> !isVariantElsewhere(procedure, environment));
    }

    private boolean isVariantElsewhere(Procedure procedure, Environment environment) {
        return environments.stream()
                .filter(other -> !other.equals(environment))
                .anyMatch(other -> other.variants().containsValue(procedure.id()));
    }

    /** The commands of steps, for people. */
    public record ByHand(Map<String, Map<String, String>> commands) {

        public ByHand {
            var copy = new LinkedHashMap<String, Map<String, String>>();
            commands.forEach(
                    (procedure, steps) -> copy.put(procedure, Collections.unmodifiableMap(new LinkedHashMap<>(steps))));
            commands = Collections.unmodifiableMap(copy);
        }

        public Optional<String> of(String procedure, String step) {
            return Optional.ofNullable(
                    commands.getOrDefault(procedure, Map.of()).get(step));
        }
    }
}
