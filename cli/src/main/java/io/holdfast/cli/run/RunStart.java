package io.holdfast.cli.run;

import io.holdfast.plan.Category;
import io.holdfast.plan.Contact;
import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.check.PlanFinding;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Work;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.runbook.journal.Definition;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a plan says of a procedure in an environment.
 *
 * @param asked the id under which it was asked for; the procedure may be its variant in that environment
 */
public record RunStart(Plan plan, Environment environment, String asked, Procedure procedure) {

    /**
     * Finds it.
     *
     * @param environment absent: the only one there is
     * @throws RunStartException if the plan does not say this, or says that it must not be
     */
    public static RunStart of(Plan plan, String procedure, Optional<String> environment) {
        var where = environment(plan, environment);
        var found = plan.procedure(procedure, where)
                .orElseThrow(() -> RunStartException.noProcedure(
                        procedure, plan.procedures().stream().map(Procedure::id).toList()));
        if (!plan.runsIn(found, where)) {
            throw RunStartException.notThere(procedure, where.name(), startable(plan, where));
        }
        return new RunStart(plan, where, procedure, found);
    }

    /** A step that is wrong is found out in the middle of a recovery otherwise. */
    static void requireNoErrors(List<PlanFinding> findings) {
        var errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw RunStartException.errors(errors);
        }
    }

    private static Environment environment(Plan plan, Optional<String> wanted) {
        var names = plan.environments().stream().map(Environment::name).toList();
        if (wanted.isPresent()) {
            return plan.environment(wanted.get())
                    .orElseThrow(() -> RunStartException.noEnvironment(wanted.get(), names));
        }
        if (names.size() != 1) {
            throw RunStartException.whichEnvironment(names);
        }
        return plan.environments().getFirst();
    }

    private static List<String> startable(Plan plan, Environment where) {
        return plan.procedures().stream()
                .filter(procedure -> plan.runsIn(procedure, where))
                .map(Procedure::id)
                .toList();
    }

    /** Where people must approve, whoever starts is one of the plan's: else nobody could tell that it is not the same one. */
    public void requireKnown(String starter) {
        var asks = procedures().values().stream()
                .anyMatch(one -> one.steps().stream().anyMatch(Step::asks));
        if (asks && plan.contact(starter).isEmpty()) {
            throw RunStartException.stranger(
                    starter, plan.contacts().stream().map(Contact::id).toList());
        }
    }

    /**
     * All that the run needs to know, so that it does not depend on the file.
     *
     * @param facts what was found out before the start, by the names that the plan has for it
     */
    public Definition definition(Map<String, String> parameters, Map<String, String> facts) {
        return new Definition(
                procedure.id(),
                procedures(),
                environment.name(),
                environment.values(),
                parameters,
                facts,
                approvers(),
                plan.health(),
                plan.hash().hex());
    }

    /** It and all that it nests. */
    private Map<String, Procedure> procedures() {
        var procedures = new LinkedHashMap<String, Procedure>();
        collect(procedure.id(), procedure, procedures);
        return procedures;
    }

    /** Nested ones under the names by which steps call them. */
    private void collect(String name, Procedure one, Map<String, Procedure> into) {
        if (into.putIfAbsent(name, new ApprovingPeople(plan).in(one)) == null) {
            one.steps().forEach(step -> collect(step, into));
        }
    }

    private void collect(Step step, Map<String, Procedure> into) {
        if (step.work() instanceof Work.Nested nested) {
            plan.procedure(nested.procedure(), environment)
                    .ifPresent(inner -> collect(nested.procedure(), inner, into));
        }
        step.work().inner().forEach(inner -> collect(inner, into));
    }

    private Map<String, String> approvers() {
        return plan.contacts().stream()
                .filter(contact -> !contact.keys().isEmpty())
                .collect(Collectors.toMap(
                        Contact::id,
                        contact -> contact.keys().stream()
                                .map(SshPublicKey::toString)
                                .collect(Collectors.joining("\n"))));
    }

    /** The shortest time in which a category that this answers is to be over, else the plan's recovery-time objective. */
    public Duration objective() {
        return plan.categories().stream()
                .filter(category -> category.answers().stream()
                        .anyMatch(answer -> answer.procedure().equals(asked)))
                .map(Category::recoveryWithin)
                .min(Comparator.naturalOrder())
                .orElse(plan.objectives().rto().target());
    }
}
