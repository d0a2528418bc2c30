package io.holdfast.plan.render;

import io.holdfast.plan.Communication.Escalation;
import io.holdfast.plan.Communication.Told;
import io.holdfast.plan.Plan;
import io.holdfast.plan.PlannedTest;
import io.holdfast.plan.PlannedTest.Cadence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who is told, what is tried out, and what people tick off. */
final class PeopleSection {

    private PeopleSection() {}

    static List<Block> communication(Plan plan) {
        var blocks = new ArrayList<Block>();
        var communication = plan.communication();
        blocks.add(new Block.Heading(2, "Communication Plan"));
        blocks.add(new Block.Heading(3, "Escalation Matrix"));
        blocks.add(new Block.Table(
                List.of("Severity", "Response Time", "Notification", "Escalation"),
                communication.escalation().stream().map(PeopleSection::row).toList()));
        blocks.add(new Block.Heading(3, "Status Page Updates"));
        for (var i = 0; i < communication.statusStates().size(); i++) {
            var state = communication.statusStates().get(i);
            blocks.add(new Block.Numbered(
                    Integer.toString(i + 1), "%s: %s".formatted(state.name(), state.meaning()), List.of()));
        }
        blocks.add(new Block.Heading(3, "Communication Templates"));
        for (var template : communication.templates()) {
            blocks.add(new Block.Heading(4, template.title()));
            blocks.add(new Block.Code("", "Subject: %s%n%n%s".formatted(template.subject(), template.body())));
        }
        return blocks;
    }

    private static List<String> row(Escalation escalation) {
        var within = escalation
                .next()
                .within()
                .map(span -> " within " + Words.brief(span))
                .orElse("");
        return List.of(
                "%s - %s".formatted(escalation.level(), escalation.title()),
                Words.brief(escalation.respondWithin()),
                escalation.told().stream().map(Told::text).collect(Collectors.joining(", ")),
                escalation.next().to().text() + within);
    }

    static List<Block> tests(Plan plan, Evidence evidence) {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block.Heading(2, "Testing Schedule"));
        for (var cadence : Cadence.values()) {
            var tests = plan.tests().stream()
                    .filter(test -> test.cadence() == cadence)
                    .toList();
            if (!tests.isEmpty()) {
                blocks.add(new Block.Heading(3, Words.of(cadence) + " Tests"));
                blocks.add(new Block.Table(
                        List.of("Test", "Description", "Duration", "Last passed"),
                        tests.stream().map(test -> row(test, evidence)).toList()));
            }
        }
        return blocks;
    }

    private static List<String> row(PlannedTest test, Evidence evidence) {
        return List.of(
                test.name(),
                test.description(),
                Words.brief(test.duration()),
                passed(test, evidence).map(Words::at).orElse("never"));
    }

    /** A test that tries one procedure was passed when that last completed and the application was healthy. */
    private static Optional<Instant> passed(PlannedTest test, Evidence evidence) {
        return Optional.ofNullable(evidence.tests().get(test.name()))
                .or(() -> test.procedure()
                        .flatMap(
                                procedure -> Optional.ofNullable(evidence.runs().get(procedure)))
                        .map(Evidence.Measured::at));
    }

    static List<Block> checklists(Plan plan) {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block.Heading(2, "Recovery Checklist"));
        for (var checklist : plan.checklists()) {
            blocks.add(new Block.Heading(3, checklist.title()));
            blocks.add(new Block.Ticks(checklist.items()));
        }
        return blocks;
    }
}
