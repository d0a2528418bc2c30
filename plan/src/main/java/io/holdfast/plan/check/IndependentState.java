package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import java.util.List;

/** {@code plan.state-in-protected-cluster}: runs are recorded in the database that they are to recover. */
final class IndependentState implements Rule {

    @Override
    public List<String> sections() {
        return List.of("safekeeping", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var state = plan.safekeeping().state();
        if (state.isEmpty()) {
            report.notice(
                    "plan.state-not-said",
                    "the plan does not say where runs are recorded",
                    "say it in safekeeping.state: 'embedded', or the host of a PostgreSQL that this plan does not recover",
                    Paths.of("safekeeping"));
            return;
        }
        var location = state.get().location();
        plan.environments().stream()
                .flatMap(environment -> environment.values().entrySet().stream())
                .filter(value -> value.getKey().startsWith("database."))
                .filter(value ->
                        value.getKey().endsWith("host") || value.getKey().endsWith("server"))
                .filter(value -> location.contains(value.getValue()))
                .findFirst()
                .ifPresent(value -> report.warning(
                        "plan.state-in-protected-cluster",
                        "runs are recorded in '%s', which is the database that they recover".formatted(location),
                        "record them elsewhere: a run must outlive what it recovers",
                        Paths.of("safekeeping", "state")));
    }
}
