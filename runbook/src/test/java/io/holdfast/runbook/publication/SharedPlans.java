package io.holdfast.runbook.publication;

import io.holdfast.runbook.approval.TestKeys;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Plans, and whoever must agree to a change of them. */
final class SharedPlans {

    static final TestKeys ANNA = TestKeys.make();
    static final TestKeys BERND = TestKeys.make();
    static final TestKeys STRANGER = TestKeys.make();

    private SharedPlans() {}

    /** Anna and Bernd must agree to a change of it. */
    static String plan(String rto) {
        return """
                plan:
                  name: shop
                  overview: x
                  version: "1"
                  updated: 2026-01-15
                  next-review: 2026-04-15
                  owner: Me
                  changes: {from: [keepers], quorum: 2}
                objectives:
                  rto: {target: %s, description: a}
                  rpo: {target: 1h, description: b}
                  mttr: {target: 2h, description: c}
                procedures:
                  restore:
                    title: Restore
                    use: Always
                    steps:
                      - {id: first, title: First, uses: wait, with: {duration: 1s}}
                contacts:
                  anna: {role: Keeper, name: Anna, groups: [keepers], keys: ["%s"]}
                  bernd: {role: Helper, name: Bernd, groups: [keepers], keys: ["%s"]}
                """.formatted(rto, ANNA.line(), BERND.line());
    }

    static PublishedPlan publish(Publications plans, String text, TestKeys... signers) {
        var prepared = plans.prepare(text, "anna", InstantSource.system());
        return plans.publish(prepared, signatures(prepared, signers));
    }

    static List<String> signatures(PublishedPlan plan, TestKeys... signers) {
        return Stream.of(signers).map(key -> key.sign(plan.statement())).toList();
    }

    /** As a newer version of Holdfast writes one that this one cannot read. */
    static PublishedPlan unreadable(Publications plans, TestKeys... signers) {
        var next = plans.prepare(plan("99h"), "anna", InstantSource.system());
        var newer = withText(next, "plan: {written: by a newer version}");
        return newer.signed(signatures(newer, signers));
    }

    /** The same but for the text. */
    static PublishedPlan withText(PublishedPlan plan, String text) {
        return new PublishedPlan(
                plan.version(),
                plan.repository(),
                plan.number(),
                plan.previous(),
                text,
                plan.at(),
                plan.by(),
                plan.signatures());
    }
}
