package io.holdfast.plan.file;

import io.holdfast.plan.BackupStrategy;
import io.holdfast.plan.Category;
import io.holdfast.plan.Checklist;
import io.holdfast.plan.Communication;
import io.holdfast.plan.Contact;
import io.holdfast.plan.Document;
import io.holdfast.plan.Environment;
import io.holdfast.plan.ExternalContact;
import io.holdfast.plan.Objectives;
import io.holdfast.plan.Objectives.Kind;
import io.holdfast.plan.Objectives.Objective;
import io.holdfast.plan.Plan;
import io.holdfast.plan.PlanHash;
import io.holdfast.plan.PlannedTest;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.Safekeeping;
import io.holdfast.plan.ScriptLocation;
import io.holdfast.plan.file.Section.Fields;
import io.holdfast.plan.procedure.ActionCall;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The sections of a plan. */
final class PlanShape {

    private static final Communication SILENCE = new Communication(List.of(), List.of(), List.of());
    private static final BackupStrategy NO_BACKUPS =
            new BackupStrategy(List.of(), Optional.empty(), List.of(), List.of(), Optional.empty());

    // Stand in for sections that could not be read; nobody sees them but rules that do not look at those sections.
    private static final Document NO_DOCUMENT =
            new Document("", "", "", "", LocalDate.EPOCH, LocalDate.EPOCH, "", Optional.empty());
    private static final Objectives NO_OBJECTIVES = new Objectives(
            new Objective(Kind.RTO, Duration.ZERO, ""),
            new Objective(Kind.RPO, Duration.ZERO, ""),
            new Objective(Kind.MTTR, Duration.ZERO, ""));

    static final Section<Function<PlanHash, Plan>> PLAN =
            Section.of("plan", "A disaster recovery plan; docs/plan.md explains it.", Keys::declare);

    private PlanShape() {}

    /** The keys of the file. */
    private record Keys(
            Section.Key<Document> document,
            Section.Key<Objectives> objectives,
            Section.Key<List<Category>> categories,
            Section.Key<BackupStrategy> backups,
            Section.Key<Safekeeping> safekeeping,
            Section.Key<List<ActionCall>> health,
            Section.Key<List<ReadProcedure>> procedures,
            Section.Key<Communication> communication,
            Section.Key<List<PlannedTest>> tests,
            Section.Key<List<Checklist>> checklists,
            Section.Key<List<Contact>> contacts,
            Section.Key<List<ExternalContact>> externalContacts,
            Section.Key<List<ScriptLocation>> scripts,
            Section.Key<List<Environment>> environments,
            Section.Key<List<Recurring>> recurring) {

        static Function<Fields, Function<PlanHash, Plan>> declare(Section<Function<PlanHash, Plan>> plan) {
            var keys = new Keys(
                    plan.required("plan", Titles.DOCUMENT, "What stands on the title page."),
                    plan.required("objectives", Titles.OBJECTIVES, "What the plan promises."),
                    plan.otherwise("categories", Titles.CATEGORIES, List.of(), "Kinds of disaster, by number."),
                    plan.otherwise("backups", Backups.STRATEGY, NO_BACKUPS, "What is kept, and for how long."),
                    plan.otherwise(
                            "safekeeping",
                            Backups.SAFEKEEPING,
                            Safekeeping.NOT_SAID,
                            "Where that lies without which nothing can be recovered."),
                    plan.list(
                            "health",
                            Steps.CALL,
                            "Actions that only read; the service is recovered when all of them hold."),
                    plan.required("procedures", Procedures.ALL, "What is done, by id."),
                    plan.otherwise("communication", People.COMMUNICATION, SILENCE, "Who is told what, and when."),
                    plan.otherwise("tests", People.TESTS, List.of(), "Tests that come round."),
                    plan.otherwise("checklists", People.CHECKLISTS, List.of(), "What people tick off."),
                    plan.otherwise("contacts", People.CONTACTS, List.of(), "Roles and who fills them, by id."),
                    plan.otherwise("external-contacts", People.EXTERNAL, List.of(), "Who helps from outside."),
                    plan.otherwise("scripts", People.SCRIPTS, List.of(), "Programs that a recovery may need."),
                    plan.otherwise(
                            "environments", Surroundings.ENVIRONMENTS, List.of(), "Where procedures run, by name."),
                    plan.otherwise(
                            "recurring", Surroundings.RECURRING_WORK, List.of(), "Work that comes round, by id."));
            return keys::plan;
        }

        Function<PlanHash, Plan> plan(Fields fields) {
            var read = fields.find(procedures).orElse(List.of());
            return hash -> new Plan(
                    hash,
                    fields.find(document).orElse(NO_DOCUMENT),
                    fields.find(objectives).orElse(NO_OBJECTIVES),
                    fields.find(categories).orElse(List.of()),
                    fields.find(backups).orElse(NO_BACKUPS),
                    fields.find(safekeeping).orElse(Safekeeping.NOT_SAID),
                    fields.find(health).orElse(List.of()),
                    read.stream().map(ReadProcedure::procedure).toList(),
                    byHand(read),
                    fields.find(communication).orElse(SILENCE),
                    fields.find(tests).orElse(List.of()),
                    fields.find(checklists).orElse(List.of()),
                    fields.find(contacts).orElse(List.of()),
                    fields.find(externalContacts).orElse(List.of()),
                    fields.find(scripts).orElse(List.of()),
                    fields.find(environments).orElse(List.of()),
                    fields.find(recurring).orElse(List.of()));
        }

        private static Plan.ByHand byHand(List<ReadProcedure> procedures) {
            var commands = new LinkedHashMap<String, Map<String, String>>();
            procedures.forEach(read -> commands.put(read.procedure().id(), read.byHand()));
            return new Plan.ByHand(commands);
        }
    }
}
