package io.holdfast.plan.check;

import io.holdfast.plan.Communication.Escalation;
import io.holdfast.plan.Communication.Told;
import io.holdfast.plan.Plan;
import java.util.List;

/** {@code plan.unreachable}: an escalation ends at somebody whom nobody can reach. */
final class ReachableEscalation implements Rule {

    @Override
    public List<String> sections() {
        return List.of("communication", "contacts");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var escalation : plan.communication().escalation()) {
            var path = Paths.of("communication", "escalation", escalation.level());
            for (var i = 0; i < escalation.told().size(); i++) {
                check(
                        plan,
                        escalation,
                        escalation.told().get(i),
                        report,
                        Paths.of(path, "notify", Integer.toString(i)));
            }
            check(plan, escalation, escalation.next().to(), report, Paths.of(path, "escalate"));
        }
    }

    private static void check(Plan plan, Escalation escalation, Told told, Report report, List<String> path) {
        if (!(told instanceof Told.People(var word))) {
            return;
        }
        var meant = plan.contacts().stream()
                .filter(contact -> contact.answersTo(word))
                .toList();
        if (meant.isEmpty()) {
            report.warning(
                    "plan.unreachable",
                    "%s calls '%s', and no contact has that role or group".formatted(escalation.level(), word),
                    "add a contact for it, or add it to the groups of one",
                    path);
        } else if (meant.stream().allMatch(contact -> contact.channels().isEmpty())) {
            report.warning(
                    "plan.unreachable",
                    "%s calls '%s', and the plan does not say how to reach them".formatted(escalation.level(), word),
                    "give contacts.%s.channels".formatted(meant.getFirst().id()),
                    path);
        }
    }
}
