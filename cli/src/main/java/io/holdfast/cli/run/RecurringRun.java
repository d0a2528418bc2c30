package io.holdfast.cli.run;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Retry;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Template.Reference;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.procedure.Work;
import io.holdfast.runbook.journal.Definition;
import io.holdfast.runbook.run.RunRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The run that recurring work is: of the procedure that the plan names, or of one with a single step that is made for it.
 *
 * @param file of the plan
 */
record RecurringRun(Path file, Recurring work) {

    /** Who starts it, for nobody does. */
    private static final String STARTER = "schedule";

    /** A check asks many things of the world, each of which may take its time. */
    private static final Duration CHECK = Duration.ofMinutes(5);

    /** @throws RunStartException if the plan does not allow it */
    RunRequest request(Plan plan) {
        return switch (work.task()) {
            case Recurring.Task.Run(var procedure, var parameters) -> {
                var start = RunStart.of(plan, procedure, Optional.of(work.environment()));
                start.requireKnown(STARTER);
                yield request(start.definition(told(start, parameters), Map.of()));
            }
            case Recurring.Task.CheckPlan _ -> request(planCheck(plan));
            case Recurring.Task.WatchCapture _ -> request(captureCheck(plan));
        };
    }

    /** As far as it can be told what would have been run. */
    RunRequest refused(Plan plan) {
        return request(
                switch (work.task()) {
                    case Recurring.Task.Run run -> asFarAsKnown(plan, run.procedure());
                    case Recurring.Task.CheckPlan _ -> planCheck(plan);
                    case Recurring.Task.WatchCapture _ -> captureCheck(plan);
                });
    }

    private Definition asFarAsKnown(Plan plan, String procedure) {
        try {
            return RunStart.of(plan, procedure, Optional.of(work.environment())).definition(Map.of(), Map.of());
        } catch (RunStartException _) {
            return definition(plan, procedure, List.of());
        }
    }

    private static RunRequest request(Definition definition) {
        return RunRequest.recovery(definition, STARTER, Optional.empty());
    }

    private Map<String, String> told(RunStart start, Map<String, Value> parameters) {
        var told = new LinkedHashMap<String, String>();
        parameters.forEach((name, value) -> told.put(name, text(start, name, value)));
        return told;
    }

    private static String text(RunStart start, String name, Value value) {
        return switch (value) {
            case Value.Text(var template) -> text(start, template);
            case Value.Listing _, Value.Mapping _ -> throw RunStartException.noText(name);
        };
    }

    /** Of what a reference may name, only the environment is known before the run. */
    private static String text(RunStart start, Template template) {
        var text = new StringBuilder();
        for (var part : template.parts()) {
            text.append(
                    switch (part) {
                        case Template.Literal(var literal) -> literal;
                        case Reference reference -> value(start, reference);
                    });
        }
        return text.toString();
    }

    private static String value(RunStart start, Reference reference) {
        var environment = start.environment();
        var name = String.join(".", reference.path().subList(1, reference.path().size()));
        if (reference.scope().equals("environment")) {
            if (name.equals("name")) {
                return environment.name();
            }
            if (environment.values().containsKey(name)) {
                return environment.values().get(name);
            }
        }
        throw RunStartException.unknownBefore(reference.toString());
    }

    /** A slash is in no name of the plan's own procedures. */
    private Definition made(Plan plan, ActionDescriptor action, String... inputs) {
        return definition(plan, "recurring/" + work.id(), look(action, inputs));
    }

    private Definition planCheck(Plan plan) {
        return made(plan, HoldfastActions.PLAN_CHECK, "plan", file.toString(), "environment", work.environment());
    }

    private Definition captureCheck(Plan plan) {
        var allowed = plan.objectives().rpo().target();
        return made(plan, HoldfastActions.CAPTURE_CHECK, "at-most", allowed.toString());
    }

    private Definition definition(Plan plan, String id, List<Step> steps) {
        return new Definition(
                id,
                Map.of(id, new Procedure(id, work.title(), "Recurring work", List.of(), Optional.empty(), steps)),
                work.environment(),
                plan.environment(work.environment()).map(Environment::values).orElse(Map.of()),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                plan.hash().hex());
    }

    /** The one step there is. */
    private List<Step> look(ActionDescriptor action, String... inputs) {
        var with = new LinkedHashMap<String, Value>();
        for (var i = 0; i < inputs.length; i += 2) {
            with.put(inputs[i], new Value.Text(Template.literal(inputs[i + 1])));
        }
        return List.of(new Step(
                "check",
                work.title(),
                new Work.Act(new ActionCall(action.name(), with)),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(CHECK),
                Retry.NONE,
                new Ungraceful.Same(),
                Optional.empty()));
    }
}
