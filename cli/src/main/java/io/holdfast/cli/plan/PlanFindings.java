package io.holdfast.cli.plan;

import io.holdfast.cli.Surroundings;
import io.holdfast.cli.Workspace;
import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.check.Circumstances;
import io.holdfast.plan.check.LiveCheck;
import io.holdfast.plan.check.PlanCheck;
import io.holdfast.plan.check.PlanFinding;
import io.holdfast.plan.file.ReadPlan;
import io.holdfast.runbook.action.Action;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What is found of a plan: in its file, and by asking the world that this host sees. */
final class PlanFindings {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Supplier<List<Action>> actions;
    private final Surroundings surroundings;
    private final Supplier<Workspace> workspace;

    /** @param workspace as this host is configured; asked for only where the world is */
    PlanFindings(Supplier<List<Action>> actions, Surroundings surroundings, Supplier<Workspace> workspace) {
        this.actions = actions;
        this.surroundings = surroundings;
        this.workspace = workspace;
    }

    /** By the rules alone. */
    List<PlanFinding> written(ReadPlan read) {
        return written(read, Map.of());
    }

    /** By the rules, knowing how long procedures took by the evidence of the configured repository. */
    List<PlanFinding> measured(ReadPlan read) {
        return written(read, RepositoryEvidence.durations(workspace.get()));
    }

    /** By the rules, knowing how long procedures took. */
    List<PlanFinding> written(ReadPlan read, Map<String, Duration> measured) {
        var today = LocalDate.ofInstant(surroundings.clock().instant(), ZoneOffset.UTC);
        return PlanCheck.run(read, new Circumstances(today, measured));
    }

    /**
     * Of the world; nothing where the plan cannot be read, which the rules have said.
     *
     * @param environment absent: in every one
     */
    List<PlanFinding> live(ReadPlan read, Optional<String> environment) throws InterruptedException {
        if (read.plan().isEmpty()) {
            return List.of();
        }
        var plan = read.plan().get();
        var world = new InstalledWorld(actions.get(), surroundings.environment(), surroundings.clock(), LIMIT);
        var member = workspace.get().member().text();
        var findings = new ArrayList<PlanFinding>();
        for (var where : environments(plan, environment)) {
            findings.addAll(new LiveCheck(read.places(), world, member, LIMIT).run(plan, where));
        }
        findings.addAll(new BackupAges(workspace.get()).of(plan, read.places()));
        return findings;
    }

    private static List<Environment> environments(Plan plan, Optional<String> wanted) {
        return wanted.map(name -> List.of(plan.environment(name)
                        .orElseThrow(() -> PlanUsageException.noEnvironment(name, plan.environments()))))
                .orElse(plan.environments());
    }
}
