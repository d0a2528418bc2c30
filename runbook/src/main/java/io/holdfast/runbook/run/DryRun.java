package io.holdfast.runbook.run;

import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.approval.ApprovalException;
import io.holdfast.runbook.approval.StarterProof;
import io.holdfast.runbook.journal.Definition;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.RunState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what a run would do, and asks the world whether it could, without changing anything: no run is recorded, and
 * actions are asked only what reads.
 */
final class DryRun {

    private final Catalogue catalogue;
    private final Secrets secrets;
    private final String member;
    private final InstantSource clock;
    private final List<DryStep> steps = new ArrayList<>();

    DryRun(Catalogue catalogue, RunSettings settings) {
        this.catalogue = catalogue;
        this.secrets = new Secrets(settings.environment());
        this.member = settings.member();
        this.clock = settings.clock();
    }

    List<DryStep> of(RunRequest request) throws InterruptedException {
        var definition = request.definition();
        var procedure = definition.root();
        try {
            var scope = Scope.of(
                    RunContext.constants(nowhere(request), definition),
                    Parameters.complete(procedure, definition.parameters()));
            walk(request, procedure.steps(), Place.ROOT, scope);
            health(definition, scope);
        } catch (UnresolvedException e) {
            add(Place.ROOT, procedure.title(), "procedure " + procedure.id(), "", List.of(), trouble(e));
        }
        return List.copyOf(steps);
    }

    private RunRow nowhere(RunRequest request) {
        var definition = request.definition();
        return new RunRow(
                new RunId("dry-run"),
                definition.procedure(),
                definition.root().title(),
                definition.environment(),
                definition.planHash(),
                request.starter(),
                request.mode(),
                request.priority(),
                request.onFailure(),
                request.objective(),
                Optional.empty(),
                RunState.PENDING,
                "",
                0,
                "",
                0,
                false,
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** What the run would wait for after its last step. */
    private void health(Definition definition, Scope scope) throws InterruptedException {
        for (var check : definition.health()) {
            if (catalogue.find(check.uses()).filter(Health::changes).isPresent()) {
                var refused = Finding.error(
                        "run.health-changes",
                        "a health check must not change anything",
                        "use an action that only reads");
                add("health", "health", check.uses(), "", List.of(), refused);
                continue;
            }
            try {
                act("health", check, "health", scope);
            } catch (UnresolvedException e) {
                add("health", "health", check.uses(), "", List.of(), trouble(e));
            }
        }
    }

    private void walk(RunRequest request, List<Step> inner, Place parent, Scope scope) throws InterruptedException {
        for (var i = 0; i < inner.size(); i++) {
            var step = inner.get(i);
            var place = parent.step(i, step.id());
            try {
                visit(request, step, place, scope);
            } catch (UnresolvedException e) {
                add(place, step.title(), Place.kind(step.work()), "", List.of(), later(e));
            }
        }
    }

    private void visit(RunRequest request, Step step, Place place, Scope scope)
            throws InterruptedException, UnresolvedException {
        if (step.when().isPresent() && !scope.holds(step.when().get())) {
            add(place, step.title(), Place.kind(step.work()), "left out: its condition does not hold", List.of());
            return;
        }
        if (ungraceful(request, step) instanceof Ungraceful.Skip) {
            add(place, step.title(), Place.kind(step.work()), "left out in an ungraceful run", List.of());
            return;
        }
        RunContext.requireMember(step, scope, member);
        for (var gate : step.gates()) {
            look("gate: " + step.title(), gate, place, scope, true);
        }
        work(request, step, place, scope);
        // What only holds afterwards is not asked of the world as it is now.
        for (var verification : step.verifications()) {
            look("verification: " + step.title(), verification, place, scope, false);
        }
    }

    /** What must hold before or after a step; what would change something is refused in the run, too. */
    private void look(String title, ActionCall call, Place place, Scope scope, boolean now)
            throws InterruptedException {
        if (catalogue.find(call.uses()).filter(Health::changes).isPresent()) {
            var refused =
                    Finding.error("run.look-changes", "it must not change anything", "use an action that only reads");
            add(place, title, call.uses(), "", List.of(), refused);
            return;
        }
        try {
            act(title, call, place.path(), scope, now);
        } catch (UnresolvedException e) {
            add(place, title, call.uses(), "", List.of(), later(e));
        }
    }

    private void work(RunRequest request, Step step, Place place, Scope scope)
            throws InterruptedException, UnresolvedException {
        switch (step.work()) {
            case Work.Act(var action) ->
                act(
                        step.title(),
                        ungraceful(request, step) instanceof Ungraceful.Instead(var other) ? other : action,
                        place.path(),
                        scope);
            case Work.Approval approval ->
                add(
                        place,
                        step.title(),
                        "approval",
                        "ask %d of %s: %s"
                                .formatted(
                                        approval.quorum(),
                                        String.join(", ", approval.from()),
                                        shown(approval.shown(), scope)),
                        List.of(),
                        approval(request, approval));
            case Work.Parallel(var inner) -> {
                add(place, step.title(), "parallel", "do side by side", List.of());
                walk(request, inner, place, scope);
            }
            case Work.ForEach loop -> {
                add(
                        place,
                        step.title(),
                        "for-each",
                        "do for each of %d".formatted(loop.items().size()),
                        List.of());
                var index = 0;
                for (var item : loop.items()) {
                    walk(request, loop.steps(), place.turn(index++), scope.item(scope.resolve(item)));
                }
            }
            case Work.Nested nested -> {
                var procedure = request.definition().named(nested.procedure());
                var given = StepInputs.texts(nested.parameters(), scope);
                add(place, step.title(), "procedure " + procedure.id(), "run " + procedure.title(), List.of());
                walk(request, procedure.steps(), place, scope.nested(Parameters.complete(procedure, given)));
            }
        }
    }

    /** Whether enough can say yes, and how many must. */
    private Finding[] approval(RunRequest request, Work.Approval approval) {
        var definition = request.definition();
        var run = nowhere(request);
        try {
            request.proof()
                    .ifPresent(signs ->
                            StarterProof.of(run, definition.approvers(), signs.apply(StarterProof.statement(run))));
            Asked.of(approval, definition, run.starter(), request.proof().isPresent());
        } catch (ApprovalException e) {
            return new Finding[] {Finding.error("run.unproven-starter", String.valueOf(e.getMessage()), e.hint())};
        } catch (UnresolvedException e) {
            return new Finding[] {trouble(e)};
        }
        return request.proof().isPresent() ? new Finding[0] : new Finding[] {unproven(request)};
    }

    private static Finding unproven(RunRequest request) {
        return Finding.notice(
                "run.unproven-starter",
                "one more must approve, since nobody has proven to be '%s'".formatted(request.starter()),
                "start it with your signature: --key FILE or --agent");
    }

    private static Ungraceful ungraceful(RunRequest request, Step step) {
        return request.mode() == Mode.UNGRACEFUL ? step.ungraceful() : new Ungraceful.Same();
    }

    private static String shown(Template template, Scope scope) {
        try {
            return scope.resolve(template);
        } catch (UnresolvedException _) {
            return template.toString();
        }
    }

    private void act(String title, ActionCall planned, String path, Scope scope)
            throws InterruptedException, UnresolvedException {
        act(title, planned, path, scope, true);
    }

    /** @param now whether to ask the world what stands in the way now */
    private void act(String title, ActionCall planned, String path, Scope scope, boolean now)
            throws InterruptedException, UnresolvedException {
        var action = catalogue.find(planned.uses());
        if (action.isEmpty()) {
            var finding = Finding.unknown(
                    "run.action-not-installed",
                    "action '%s' is not installed here".formatted(planned.uses()),
                    "run it where its provider is installed");
            add(path, title, planned.uses(), "", List.of(), finding);
            return;
        }
        var inputs = StepInputs.resolve(action.get().descriptor(), planned, scope);
        var call = new Call("dry-run/" + path, inputs.reveal(secrets), _ -> {}, Instant.MAX, clock);
        add(
                path,
                title,
                planned.uses(),
                secrets.redact(action.get().intention(call)),
                inputs.targets(),
                now ? examined(action.get(), call) : new Finding[0]);
    }

    private Finding[] examined(Action action, Call call) throws InterruptedException {
        try {
            return action.examine(call).toArray(Finding[]::new);
        } catch (RuntimeException e) {
            return new Finding[] {
                Finding.unknown(
                        "run.not-examined", "it cannot be examined: " + secrets.redact(e.toString()), "see its message")
            };
        }
    }

    private static Finding trouble(UnresolvedException e) {
        return Finding.error("run.unresolved", e.reason(), e.hint());
    }

    /** What earlier steps answer is not known before they have run; everything else must be. */
    private static Finding later(UnresolvedException e) {
        return e.reason().startsWith("${steps.")
                ? Finding.notice("run.known-later", e.reason() + " before the run", "it is known when the step begins")
                : trouble(e);
    }

    private void add(
            Place place, String title, String kind, String intention, List<String> targets, Finding... findings) {
        add(place.path(), title, kind, intention, targets, findings);
    }

    private void add(
            String path, String title, String kind, String intention, List<String> targets, Finding... findings) {
        steps.add(new DryStep(path, title, kind, intention, targets, List.of(findings)));
    }
}
