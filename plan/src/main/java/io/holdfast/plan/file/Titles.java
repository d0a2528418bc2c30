package io.holdfast.plan.file;

import static io.holdfast.plan.file.Scalars.DATE;
import static io.holdfast.plan.file.Scalars.DURATION;
import static io.holdfast.plan.file.Scalars.TEXT;
import static io.holdfast.plan.file.Scalars.choice;
import static io.holdfast.plan.file.Scalars.number;

import io.holdfast.plan.Category;
import io.holdfast.plan.Document;
import io.holdfast.plan.Objectives;
import io.holdfast.plan.Objectives.Kind;
import io.holdfast.plan.Objectives.Objective;
import java.util.List;

/** Shapes of what a plan is, promises and is for. */
final class Titles {

    private static final Section<Document.Changes> CHANGES =
            Section.of("changes", "Who must agree to a change of the plan.", changes -> {
                var from = changes.required("from", Several.listOf(TEXT), "Contacts who may agree.");
                var quorum = changes.otherwise("quorum", number(1, 20), 1, "How many of them must.");
                return fields -> new Document.Changes(fields.get(from), fields.get(quorum));
            });

    static final Section<Document> DOCUMENT = Section.of("document", "What stands on the title page.", plan -> {
        var name = plan.required("name", TEXT, "The application that the plan is for.");
        var title = plan.otherwise("title", TEXT, "Disaster Recovery Plan", "The title of the document.");
        var overview = plan.required("overview", TEXT, "What the document is about.");
        var version = plan.required("version", TEXT, "Of the plan, in your own words.");
        var updated = plan.required("updated", DATE, "When it was last changed.");
        var review = plan.required("next-review", DATE, "When it must be looked at again.");
        var owner = plan.required("owner", TEXT, "Who answers for it.");
        var changes = plan.optional("changes", CHANGES, "Who must agree to a change of the plan.");
        return fields -> new Document(
                fields.get(name),
                fields.get(title),
                fields.get(overview),
                fields.get(version),
                fields.get(updated),
                fields.get(review),
                fields.get(owner),
                fields.get(changes));
    });

    static final Section<Objectives> OBJECTIVES = Section.of("objectives", "What the plan promises.", objectives -> {
        var rto = objectives.required("rto", objective(Kind.RTO), "Recovery Time Objective.");
        var rpo = objectives.required("rpo", objective(Kind.RPO), "Recovery Point Objective.");
        var mttr = objectives.required("mttr", objective(Kind.MTTR), "Mean Time To Recovery.");
        return fields -> new Objectives(fields.get(rto), fields.get(rpo), fields.get(mttr));
    });

    private static Section<Objective> objective(Kind kind) {
        return Section.of("objective", "One promise.", objective -> {
            var target = objective.required("target", DURATION, "The bound.");
            var description = objective.required("description", TEXT, "What it bounds.");
            return fields -> new Objective(kind, fields.get(target), fields.get(description));
        });
    }

    private static final Section<Category.Answer> ANSWER = Section.of("answer", "A way to recover.", answer -> {
        var text = answer.required("text", TEXT, "What people call it.");
        var procedure = answer.required("procedure", TEXT, "The procedure that does it.");
        return fields -> new Category.Answer(fields.get(text), fields.get(procedure));
    });

    private static final Section<Category> CATEGORY = Section.of("category", "A kind of disaster.", category -> {
        var title = category.required("title", TEXT, "What people call it.");
        var severity = category.required("severity", choice(Category.Severity.class), "How bad it is.");
        var examples = category.list("examples", TEXT, "What it is, for example.");
        var within = category.required("recovery-within", DURATION, "In less than this it is over.");
        var answers = category.required("answers", Several.listOf(ANSWER), "What is done about it.");
        return fields -> new Category(
                1,
                fields.get(title),
                fields.get(severity),
                fields.get(examples),
                fields.get(within),
                fields.get(answers));
    });

    static final Shape<List<Category>> CATEGORIES = Several.named(
            Scalars.ORDINAL,
            CATEGORY,
            (number, it) -> new Category(
                    Integer.parseInt(number),
                    it.title(),
                    it.severity(),
                    it.examples(),
                    it.recoveryWithin(),
                    it.answers()));

    private Titles() {}
}
