package io.holdfast.plan.check;

import io.holdfast.plan.file.ReadPlan;
import io.holdfast.plan.yaml.Place;
import io.holdfast.problem.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Holds a plan against every rule. */
public final class PlanCheck {

    private static final List<Rule> RULES = List.of(
            // What makes no sense.
            new KnownActions(),
            new KnownInputs(),
            new KnownReferences(),
            new KnownEnvironmentValues(),
            new KnownProcedures(),
            new KnownPeople(),
            new UniqueSteps(),
            new ReplaceableSteps(),
            new GatesThatRead(),
            new NoSecrets(),
            new StartableRecurring(),
            // What the document leaves open.
            new Placeholders(),
            new ReviewDate(),
            new ReachableEscalation(),
            new UsedProcedures(),
            // What the policy cannot keep.
            new DataLoss(),
            new RecoveryTime(),
            new ResponseTime(),
            // What goes wrong when it is done as written.
            new KeptApprovals(),
            new StoppedWriters(),
            new FencedPromotion(),
            new NamespaceFirst(),
            new TrafficLast(),
            new HealthLast(),
            new BackupLast(),
            // What fails together with that which it is to save.
            new KeptElsewhere(),
            new IndependentContacts(),
            new IndependentState());

    private PlanCheck() {}

    /** Everything that is found, first what is wrong with how it is written, then as the file goes. */
    public static List<PlanFinding> run(ReadPlan read, Circumstances circumstances) {
        var findings = new ArrayList<PlanFinding>();
        read.problems()
                .forEach(problem -> findings.add(new PlanFinding(
                        Severity.ERROR, problem.code(), problem.place(), problem.message(), problem.hint())));
        if (!read.unread().isEmpty()) {
            findings.add(new PlanFinding(
                    Severity.NOTICE,
                    "plan.not-judged",
                    Place.START,
                    "not judged, because they cannot be read: "
                            + String.join(", ", read.unread().stream().sorted().toList()),
                    "put right what is written there, and check again"));
        }
        read.readable().ifPresent(plan -> {
            var report = new Report(read.places());
            RULES.stream()
                    .filter(rule -> rule.sections().stream().noneMatch(read.unread()::contains))
                    .forEach(rule -> rule.check(plan, circumstances, report));
            report.findings().stream()
                    .sorted(Comparator.comparing(PlanFinding::place))
                    .forEach(findings::add);
        });
        return findings;
    }

    /** The sections that rules look at, for a test that they exist. */
    static List<String> sections() {
        return RULES.stream()
                .flatMap(rule -> rule.sections().stream())
                .distinct()
                .toList();
    }
}
