package io.holdfast.cli.plan;

import io.holdfast.cli.ActionProvider;
import io.holdfast.cli.Surroundings;
import io.holdfast.cli.Workspace;
import io.holdfast.runbook.action.Action;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Actions on plans. */
public final class PlanActions implements ActionProvider {

    @Override
    public List<Action> actions(
            Surroundings surroundings,
            Supplier<Workspace> configured,
            Supplier<List<Action>> all,
            Supplier<Map<String, Duration>> took) {
        return List.of(new CheckPlan(new PlanFindings(all, surroundings, configured), took));
    }
}
