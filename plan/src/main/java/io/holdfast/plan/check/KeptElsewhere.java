package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Safekeeping.Keeping;
import java.util.List;
import java.util.Optional;

/** {@code plan.backups-in-one-region}, {@code plan.keys-in-one-region}: a disaster takes them along. */
final class KeptElsewhere implements Rule {

    @Override
    public List<String> sections() {
        return List.of("safekeeping", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var regions = plan.environments().stream()
                .map(Environment::region)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        if (regions.isEmpty()) {
            return;
        }
        check("backups", "repository", plan.safekeeping().repository(), regions, report);
        check("keys", "keys", plan.safekeeping().keys(), regions, report);
    }

    private static void check(String what, String key, List<Keeping> places, List<String> regions, Report report) {
        var code = "plan.%s-in-one-region".formatted(what);
        var path = Paths.of("safekeeping", key);
        var hint = "keep a copy elsewhere, and say where: safekeeping.%s, each with its region".formatted(key);
        if (places.stream().allMatch(place -> place.region().isEmpty())) {
            report.warning(
                    code,
                    "the plan does not say where the %s are kept, so nobody knows whether they outlive a region"
                            .formatted(what.equals("keys") ? "keys that open the backups" : what),
                    hint,
                    path);
            return;
        }
        for (var region : regions) {
            if (places.stream()
                    .allMatch(place -> place.region().map(region::equals).orElse(true))) {
                report.warning(
                        code,
                        "no copy of the %s is known to lie outside region '%s'".formatted(what, region),
                        hint,
                        path);
            }
        }
    }
}
