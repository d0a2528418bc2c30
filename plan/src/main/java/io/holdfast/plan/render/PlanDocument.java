package io.holdfast.plan.render;

import io.holdfast.plan.Objectives.Kind;
import io.holdfast.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole document, section by section. */
public final class PlanDocument {

    private final Plan plan;
    private final Evidence evidence;

    private PlanDocument(Plan plan, Evidence evidence) {
        this.plan = plan;
        this.evidence = evidence;
    }

    public static String markdown(Plan plan, Evidence evidence) {
        return Markdown.write(new PlanDocument(plan, evidence).blocks());
    }

    /** One page that needs nothing else. */
    public static String html(Plan plan, Evidence evidence) {
        return Html.write(
                "%s: %s".formatted(plan.document().title(), plan.document().name()),
                new PlanDocument(plan, evidence).blocks());
    }

    private List<Block> blocks() {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block.Heading(1, plan.document().title()));
        blocks.add(new Block.Heading(2, "Overview"));
        blocks.add(new Block.Paragraph(plan.document().overview()));
        objectives(blocks);
        categories(blocks);
        blocks.add(new Block.Divider());
        blocks.addAll(BackupSection.of(plan, evidence));
        blocks.add(new Block.Divider());
        blocks.addAll(ProcedureSection.of(plan, evidence));
        blocks.add(new Block.Divider());
        blocks.addAll(PeopleSection.communication(plan));
        blocks.add(new Block.Divider());
        blocks.addAll(PeopleSection.tests(plan, evidence));
        blocks.add(new Block.Divider());
        blocks.addAll(PeopleSection.checklists(plan));
        blocks.add(new Block.Divider());
        blocks.addAll(AppendixSection.of(plan));
        blocks.add(new Block.Divider());
        end(blocks);
        return blocks;
    }

    private void objectives(List<Block> blocks) {
        blocks.add(new Block.Heading(2, "Recovery Objectives"));
        blocks.add(new Block.Table(
                List.of("Metric", "Target", "Description", "Evidence"),
                plan.objectives().all().stream()
                        .map(objective -> List.of(
                                "%s (%s)"
                                        .formatted(
                                                objective.kind(),
                                                objective.kind().words()),
                                Words.of(objective.target()),
                                objective.description(),
                                Words.measured(measured(objective.kind()))))
                        .toList()));
    }

    private Optional<Evidence.Measured> measured(Kind kind) {
        return switch (kind) {
            case RTO -> evidence.recovery();
            case RPO -> evidence.dataLoss();
            case MTTR -> ProcedureSection.average(evidence);
        };
    }

    private void categories(List<Block> blocks) {
        blocks.add(new Block.Heading(2, "Disaster Categories"));
        for (var category : plan.categories()) {
            blocks.add(new Block.Heading(3, "Category %d: %s".formatted(category.number(), category.title())));
            var facts = new ArrayList<Block.Fact>();
            facts.add(new Block.Fact("Severity", Words.of(category.severity())));
            facts.add(new Block.Fact("Examples", String.join(", ", category.examples())));
            facts.add(new Block.Fact("Recovery Time", "< " + Words.of(category.recoveryWithin())));
            facts.add(new Block.Fact(
                    "Procedure",
                    String.join(
                            ", ",
                            category.answers().stream()
                                    .map(io.holdfast.plan.Category.Answer::text)
                                    .toList())));
            for (var answer : category.answers()) {
                facts.add(new Block.Fact(
                        "Evidence",
                        "%s (`%s`): %s"
                                .formatted(
                                        answer.text(),
                                        answer.procedure(),
                                        Words.measured(Optional.ofNullable(
                                                evidence.runs().get(answer.procedure()))))));
            }
            blocks.add(new Block.Bullets(facts));
        }
    }

    private void end(List<Block> blocks) {
        var document = plan.document();
        blocks.add(new Block.Fact("Document Version", document.version()));
        blocks.add(new Block.Fact("Last Updated", document.updated().toString()));
        blocks.add(new Block.Fact("Next Review", document.nextReview().toString()));
        blocks.add(new Block.Fact("Owner", document.owner()));
        document.changes()
                .ifPresent(changes -> blocks.add(new Block.Fact(
                        "A change needs", "%d of: %s".formatted(changes.quorum(), String.join(", ", changes.from())))));
        blocks.add(new Block.Fact("Plan", "`%s`".formatted(plan.hash())));
    }
}
