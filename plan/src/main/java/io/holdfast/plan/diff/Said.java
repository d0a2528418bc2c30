package io.holdfast.plan.diff;

import io.holdfast.plan.Communication.Told;
import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.Safekeeping.Keeping;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.render.StepText;
import io.holdfast.plan.render.Words;
import java.util.List;
import java.util.stream.Collectors;

/** What a plan says, section by section, but for its procedures. */
final class Said {

    private Said() {}

    static Subjects document(Plan plan) {
        var document = plan.document();
        var said = new Subjects()
                .say("the plan", "name", document.name())
                .say("the plan", "title", document.title())
                .say("the plan", "overview", document.overview())
                .say("the plan", "version", document.version())
                .say("the plan", "last update", document.updated().toString())
                .say("the plan", "next review", document.nextReview().toString())
                .say("the plan", "owner", document.owner());
        document.changes()
                .ifPresent(changes -> said.say(
                        "a change of the plan",
                        "approval",
                        "%d of %s".formatted(changes.quorum(), String.join(", ", changes.from()))));
        return said;
    }

    static Subjects objectives(Plan plan) {
        var said = new Subjects();
        plan.objectives()
                .all()
                .forEach(objective -> said.say(objective.kind().name(), "target", Words.of(objective.target()))
                        .say(objective.kind().name(), "description", objective.description()));
        return said;
    }

    static Subjects categories(Plan plan) {
        var said = new Subjects();
        for (var category : plan.categories()) {
            var name = "category %d".formatted(category.number());
            said.say(name, "title", category.title())
                    .say(name, "severity", Words.of(category.severity()))
                    .say(name, "examples", String.join(", ", category.examples()))
                    .say(name, "recovery time", "< " + Words.of(category.recoveryWithin()))
                    .say(
                            name,
                            "procedures",
                            category.answers().stream()
                                    .map(answer -> "%s (%s)".formatted(answer.text(), answer.procedure()))
                                    .collect(Collectors.joining(", ")));
        }
        return said;
    }

    static Subjects backups(Plan plan) {
        var said = new Subjects();
        plan.backups().provenEvery().ifPresent(every -> said.say("proofs", "at least every", Words.of(every)));
        for (var backup : plan.backups().database()) {
            said.say(backup.title(), "schedule", Words.of(backup.timing()))
                    .say(backup.title(), "method", Words.of(backup.method()))
                    .say(backup.title(), "retention", Words.of(backup.retention()))
                    .say(backup.title(), "location", backup.location())
                    .say(backup.title(), "encryption", String.join(", ", backup.encryption()))
                    .say(backup.title(), "commands", backup.byHand().toString());
        }
        plan.backups()
                .wal()
                .ifPresent(wal -> said.say(wal.title(), "interval", Words.of(wal.interval()))
                        .say(wal.title(), "retention", Words.of(wal.retention()))
                        .say(wal.title(), "granularity", wal.granularity()));
        for (var state : plan.backups().state()) {
            said.say(state.title(), "what is kept", state.what())
                    .say(
                            state.title(),
                            "schedule",
                            state.timing().map(Words::of).orElse(""))
                    .say(
                            state.title(),
                            "retention",
                            state.retention().map(Words::of).orElse(""))
                    .say(state.title(), "copies elsewhere", state.copies().orElse(""))
                    .say(state.title(), "commands", state.byHand().toString());
        }
        plan.backups()
                .configuration()
                .forEach(row ->
                        said.say(row.item(), "location", row.location()).say(row.item(), "frequency", row.frequency()));
        return said;
    }

    static Subjects safekeeping(Plan plan) {
        var safe = plan.safekeeping();
        var said = new Subjects()
                .say("the backups", "places", places(safe.repository()))
                .say("the keys that open them", "places", places(safe.keys()));
        safe.state().ifPresent(state -> said.say("the record of runs", "place", places(List.of(state))));
        return said;
    }

    static Subjects health(Plan plan) {
        return new Subjects()
                .say(
                        "a recovery",
                        "end",
                        plan.health().stream().map(StepText::of).collect(Collectors.joining("; ")));
    }

    private static String places(List<Keeping> places) {
        return places.stream()
                .map(place -> place.location()
                        + place.region()
                                .map(region -> " (region %s)".formatted(region))
                                .orElse(""))
                .collect(Collectors.joining(", "));
    }

    static Subjects communication(Plan plan) {
        var said = new Subjects();
        var communication = plan.communication();
        for (var level : communication.escalation()) {
            said.say(level.level(), "title", level.title())
                    .say(level.level(), "response time", Words.of(level.respondWithin()))
                    .say(
                            level.level(),
                            "notification",
                            level.told().stream().map(Told::text).collect(Collectors.joining(", ")))
                    .say(
                            level.level(),
                            "escalation",
                            level.next().to().text()
                                    + level.next()
                                            .within()
                                            .map(span -> " within " + Words.of(span))
                                            .orElse(""));
        }
        communication.statusStates().forEach(state -> said.say("status " + state.name(), "meaning", state.meaning()));
        communication
                .templates()
                .forEach(message -> said.say(message.title(), "subject", message.subject())
                        .say(message.title(), "text", message.body().replaceAll("\\s+", " ")));
        return said;
    }

    static Subjects tests(Plan plan) {
        var said = new Subjects();
        plan.tests()
                .forEach(test -> said.say(test.name(), "cadence", Words.of(test.cadence()))
                        .say(test.name(), "description", test.description())
                        .say(test.name(), "duration", Words.of(test.duration()))
                        .say(test.name(), "procedure", test.procedure().orElse("")));
        return said;
    }

    static Subjects checklists(Plan plan) {
        var said = new Subjects();
        plan.checklists()
                .forEach(checklist -> said.say(checklist.title(), "items", String.join("; ", checklist.items())));
        return said;
    }

    static Subjects contacts(Plan plan) {
        var said = new Subjects();
        for (var contact : plan.contacts()) {
            var name = "%s (%s)".formatted(contact.role(), contact.id());
            said.say(name, "name", contact.name())
                    .say(name, "backup", contact.backup().orElse(""))
                    .say(name, "groups", String.join(", ", contact.groups()))
                    .say(
                            name,
                            "channels",
                            contact.channels().stream()
                                    .map(channel -> "%s %s".formatted(Words.of(channel.kind()), channel.address()))
                                    .collect(Collectors.joining(", ")))
                    .say(
                            name,
                            "signing key",
                            contact.keys().stream()
                                    .map(SshPublicKey::fingerprint)
                                    .collect(Collectors.joining(", ")));
        }
        plan.externalContacts()
                .forEach(contact -> said.say(contact.service(), "support", contact.support())
                        .say(contact.service(), "account", contact.accountId()));
        plan.scripts().forEach(script -> said.say(script.path(), "purpose", script.purpose()));
        return said;
    }

    static Subjects environments(Plan plan) {
        var said = new Subjects();
        for (var environment : plan.environments()) {
            var name = "environment %s".formatted(environment.name());
            said.say(name, "title", environment.title())
                    .say(name, "region", environment.region().orElse(""))
                    .say(
                            name,
                            "procedures",
                            environment
                                    .runs()
                                    .map(runs -> String.join(", ", runs))
                                    .orElse(""));
            environment.variants().forEach((id, variant) -> said.say(name, "variant of " + id, variant));
            environment.values().forEach((key, value) -> said.say(name, key, value));
        }
        for (var work : plan.recurring()) {
            var name = "recurring %s".formatted(work.id());
            said.say(name, "title", work.title())
                    .say(name, "environment", work.environment())
                    .say(name, "schedule", Words.of(work.timing()))
                    .say(name, "when missed", Words.of(work.missed()))
                    .say(
                            name,
                            "task",
                            switch (work.task()) {
                                case Recurring.Task.Run run ->
                                    "procedure %s %s".formatted(run.procedure(), run.parameters());
                                case Recurring.Task.CheckPlan _ -> "check of the plan";
                                case Recurring.Task.WatchCapture _ -> "watch over capture";
                            });
        }
        return said;
    }
}
