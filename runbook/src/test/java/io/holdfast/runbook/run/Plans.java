package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Parameter;
import io.holdfast.plan.procedure.Procedure;
import io.holdfast.plan.procedure.Retry;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Value;
import io.holdfast.runbook.journal.Definition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Procedures for tests. */
final class Plans {

    private static final AtomicInteger ENVIRONMENT = new AtomicInteger();

    private Plans() {}

    static Step step(String id, String kind, String... inputs) {
        return Step.act(id, "do " + id, call(kind, inputs));
    }

    /** Names and values in turn. */
    static ActionCall call(String kind, String... inputs) {
        var with = new LinkedHashMap<String, Value>();
        for (var i = 0; i < inputs.length; i += 2) {
            with.put(inputs[i], Value.text(inputs[i + 1]));
        }
        return new ActionCall("test." + kind, with);
    }

    /** The same, tried so often. */
    static Step retrying(Step step, int attempts) {
        return like(step, step.verifications(), new Retry(attempts, Duration.ofMillis(20)), step.ungraceful());
    }

    /** The same, with what must hold afterwards. */
    static Step verified(Step step, ActionCall verification) {
        return like(step, List.of(verification), step.retry(), step.ungraceful());
    }

    /** The same, with what must hold before. */
    static Step gated(Step step, ActionCall gate) {
        return new Step(
                step.id(),
                step.title(),
                step.work(),
                step.when(),
                List.of(gate),
                step.verifications(),
                step.timeout(),
                step.retry(),
                step.ungraceful(),
                step.on());
    }

    static Step ungraceful(Step step, Ungraceful ungraceful) {
        return like(step, step.verifications(), step.retry(), ungraceful);
    }

    /** The same, for one member only. */
    static Step on(Step step, String member) {
        return new Step(
                step.id(),
                step.title(),
                step.work(),
                step.when(),
                step.gates(),
                step.verifications(),
                step.timeout(),
                step.retry(),
                step.ungraceful(),
                Optional.of(Template.parse(member)));
    }

    private static Step like(Step step, List<ActionCall> verifications, Retry retry, Ungraceful ungraceful) {
        return new Step(
                step.id(),
                step.title(),
                step.work(),
                step.when(),
                step.gates(),
                verifications,
                step.timeout(),
                retry,
                ungraceful,
                step.on());
    }

    static Procedure procedure(String id, Step... steps) {
        return new Procedure(id, "procedure " + id, "in tests", List.of(), Optional.empty(), List.of(steps));
    }

    static Procedure with(Procedure procedure, Parameter... parameters) {
        return like(procedure, List.of(parameters), procedure.deadline());
    }

    static Procedure within(Procedure procedure, Duration deadline) {
        return like(procedure, procedure.parameters(), Optional.of(deadline));
    }

    private static Procedure like(Procedure procedure, List<Parameter> parameters, Optional<Duration> deadline) {
        return new Procedure(
                procedure.id(), procedure.title(), procedure.use(), parameters, deadline, procedure.steps());
    }

    /** In an environment of its own. */
    static Definition definition(Map<String, String> parameters, Procedure first, Procedure... nested) {
        var procedures = new LinkedHashMap<String, Procedure>();
        procedures.put(first.id(), first);
        for (var procedure : nested) {
            procedures.put(procedure.id(), procedure);
        }
        return new Definition(
                first.id(),
                procedures,
                "test-" + ENVIRONMENT.incrementAndGet(),
                Map.of("greeting", "hello"),
                parameters,
                Map.of(),
                Map.of(),
                List.of(),
                "0123abcd");
    }

    /** The same with people who have keys. */
    static Definition approvedBy(Map<String, String> approvers, Definition definition) {
        return new Definition(
                definition.procedure(),
                definition.procedures(),
                definition.environment(),
                definition.environmentValues(),
                definition.parameters(),
                definition.facts(),
                approvers,
                definition.health(),
                definition.planHash());
    }

    /** The same in the environment of another. */
    static RunRequest inEnvironmentOf(RunRequest other, RunRequest request) {
        var its = request.definition();
        return RunRequest.recovery(
                new Definition(
                        its.procedure(),
                        its.procedures(),
                        other.definition().environment(),
                        its.environmentValues(),
                        its.parameters(),
                        its.facts(),
                        its.approvers(),
                        its.health(),
                        its.planHash()),
                request.starter(),
                request.objective());
    }

    /** The same with actions that must hold before the run is green. */
    static Definition healthyBy(List<ActionCall> health, Definition definition) {
        return new Definition(
                definition.procedure(),
                definition.procedures(),
                definition.environment(),
                definition.environmentValues(),
                definition.parameters(),
                definition.facts(),
                definition.approvers(),
                health,
                definition.planHash());
    }

    static RunRequest request(Procedure first, Procedure... nested) {
        return RunRequest.recovery(definition(Map.of(), first, nested), "tester", Optional.empty());
    }
}
