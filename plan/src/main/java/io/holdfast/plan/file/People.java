package io.holdfast.plan.file;

import static io.holdfast.plan.file.Scalars.DURATION;
import static io.holdfast.plan.file.Scalars.LINES;
import static io.holdfast.plan.file.Scalars.NAME_OF_SOMETHING;
import static io.holdfast.plan.file.Scalars.TEXT;
import static io.holdfast.plan.file.Scalars.choice;

import io.holdfast.plan.Checklist;
import io.holdfast.plan.Communication;
import io.holdfast.plan.Communication.Escalation;
import io.holdfast.plan.Communication.MessageTemplate;
import io.holdfast.plan.Communication.Next;
import io.holdfast.plan.Communication.StatusState;
import io.holdfast.plan.Communication.Told;
import io.holdfast.plan.Contact;
import io.holdfast.plan.Contact.Channel;
import io.holdfast.plan.ExternalContact;
import io.holdfast.plan.PlannedTest;
import io.holdfast.plan.ScriptLocation;
import java.util.List;
import java.util.Optional;

/** Shapes of who is told, who answers, and what people do. */
final class People {

    /** The two ways to be told, of which exactly one stands there. */
    private record ToldKeys(Section.Key<Optional<String>> people, Section.Key<Optional<String>> happening) {

        static ToldKeys in(Section<?> section, String peopleKey) {
            return new ToldKeys(
                    section.optional(peopleKey, TEXT, "A role, an id or a group of the contacts."),
                    section.optional("happens", TEXT, "What happens without anybody being called."));
        }

        Optional<Told> of(Section.Fields fields) {
            var called = fields.get(people);
            var done = fields.get(happening);
            if (called.isPresent() == done.isPresent()) {
                fields.problems()
                        .add(
                                fields.place(),
                                "plan.invalid-value",
                                "'%s' does not say who or what".formatted(fields.path()),
                                "write either %s or happens".formatted(people.name()));
                return Optional.empty();
            }
            return called.<Told>map(Told.People::new).or(() -> done.map(Told.Happening::new));
        }
    }

    private static final Section<Told> TOLD = Section.checked("told", "Who or what is told.", told -> {
        var keys = ToldKeys.in(told, "who");
        return keys::of;
    });

    private static final Section<Next> NEXT =
            Section.checked("escalate", "What follows when nobody has answered.", next -> {
                var keys = ToldKeys.in(next, "to");
                var within = next.optional("within", DURATION, "When.");
                return fields -> keys.of(fields).map(told -> new Next(told, fields.get(within)));
            });

    private static final Section<Escalation> ESCALATION =
            Section.of("escalation", "What a severity of an incident means for people.", level -> {
                var title = level.required("title", TEXT, "The severity in a word.");
                var respond = level.required("respond-within", DURATION, "Somebody has answered by then.");
                var notify = level.required("notify", Several.listOf(TOLD), "Who or what is told at once.");
                var next = level.required("escalate", NEXT, "What follows when nobody has answered.");
                return fields -> new Escalation(
                        "", fields.get(title), fields.get(respond), fields.get(notify), fields.get(next));
            });

    private static final Section<StatusState> STATUS = Section.of("status", "A word on the status page.", state -> {
        var name = state.required("name", TEXT, "The word.");
        var meaning = state.required("meaning", TEXT, "What it means.");
        return fields -> new StatusState(fields.get(name), fields.get(meaning));
    });

    private static final Section<MessageTemplate> TEMPLATE =
            Section.of("message", "A message that only needs its blanks filled in.", message -> {
                var title = message.required("title", TEXT, "When it is sent.");
                var subject = message.required("subject", TEXT, "Its subject.");
                var body = message.required("body", LINES, "Its text; blanks stand in [BRACKETS].");
                return fields -> new MessageTemplate(fields.get(title), fields.get(subject), fields.get(body));
            });

    static final Section<Communication> COMMUNICATION =
            Section.of("communication", "Who is told what, and when.", communication -> {
                var escalation = communication.required(
                        "escalation",
                        Several.named(
                                Scalars.LEVEL,
                                ESCALATION,
                                (level, it) ->
                                        new Escalation(level, it.title(), it.respondWithin(), it.told(), it.next())),
                        "By severity: P1, P2, ...");
                var states = communication.list("status-page", STATUS, "The words of the status page, in order.");
                var templates = communication.list("messages", TEMPLATE, "Messages that are ready.");
                return fields -> new Communication(fields.get(escalation), fields.get(states), fields.get(templates));
            });

    private static final Section<PlannedTest> TEST = Section.of("test", "A test that comes round.", test -> {
        var name = test.required("name", TEXT, "What people call it.");
        var cadence = test.required("cadence", choice(PlannedTest.Cadence.class), "How often.");
        var description = test.required("description", TEXT, "What is done.");
        var duration = test.required("duration", DURATION, "How long it takes.");
        var procedure = test.optional("procedure", TEXT, "The procedure that it tries.");
        return fields -> new PlannedTest(
                fields.get(name),
                fields.get(cadence),
                fields.get(description),
                fields.get(duration),
                fields.get(procedure));
    });

    static final Shape<List<PlannedTest>> TESTS = Several.listOf(TEST);

    static final Shape<List<Checklist>> CHECKLISTS =
            Several.listOf(Section.of("checklist", "What a person ticks off.", checklist -> {
                var title = checklist.required("title", TEXT, "When.");
                var items = checklist.required("items", Several.listOf(TEXT), "What.");
                return fields -> new Checklist(fields.get(title), fields.get(items));
            }));

    private static final Section<Channel> CHANNEL = Section.of("channel", "A way to reach somebody.", channel -> {
        var kind = channel.required("kind", choice(Channel.Kind.class), "What it is.");
        var address = channel.required("address", TEXT, "Its number, address or name; a secret as a reference.");
        return fields -> new Channel(fields.get(kind), fields.get(address));
    });

    private static final Section<Contact> CONTACT = Section.of("contact", "A role, and who fills it.", contact -> {
        var role = contact.required("role", TEXT, "What people call it.");
        var name = contact.required("name", TEXT, "The person, the team or the rotation.");
        var backup = contact.optional("backup", TEXT, "Who is asked when nobody answers.");
        var groups = contact.list("groups", TEXT, "Teams it belongs to.");
        var channels = contact.list("channels", CHANNEL, "Ways to reach it.");
        var keys = contact.list("keys", Scalars.PUBLIC_KEY, "Ed25519 public keys that approvals are signed with.");
        return fields -> new Contact(
                "",
                fields.get(role),
                fields.get(name),
                fields.get(backup),
                fields.get(groups),
                fields.get(channels),
                fields.get(keys));
    });

    static final Shape<List<Contact>> CONTACTS = Several.named(
            NAME_OF_SOMETHING,
            CONTACT,
            (id, it) -> new Contact(id, it.role(), it.name(), it.backup(), it.groups(), it.channels(), it.keys()));

    static final Shape<List<ExternalContact>> EXTERNAL =
            Several.listOf(Section.of("external-contact", "Somebody outside who helps.", external -> {
                var service = external.required("service", TEXT, "Who.");
                var support = external.required("support", TEXT, "How they are asked.");
                var account = external.required("account", TEXT, "What they know us by.");
                return fields -> new ExternalContact(fields.get(service), fields.get(support), fields.get(account));
            }));

    static final Shape<List<ScriptLocation>> SCRIPTS =
            Several.listOf(Section.of("script", "A program that a recovery may need.", script -> {
                var path = script.required("path", TEXT, "Where it is.");
                var purpose = script.required("purpose", TEXT, "What it does.");
                return fields -> new ScriptLocation(fields.get(path), fields.get(purpose));
            }));

    private People() {}
}
