package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionCatalogue;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.yaml.NearestName;
import java.util.List;

/** {@code plan.unknown-action}: a step, or a health check, uses what there is not. */
final class KnownActions implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures", "health");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var names = ActionCatalogue.ALL.stream().map(ActionDescriptor::name).toList();
        for (var use : Walk.uses(plan)) {
            if (use.descriptor().isEmpty()) {
                report.error(
                        "plan.unknown-action",
                        "there is no action '%s'".formatted(use.call().uses()),
                        NearestName.of(use.call().uses(), names)
                                .map("did you mean '%s'?"::formatted)
                                .orElse("docs/plan.md lists the actions"),
                        Paths.of(use.path(), "uses"));
            }
        }
    }
}
