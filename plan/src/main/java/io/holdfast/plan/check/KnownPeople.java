package io.holdfast.plan.check;

import io.holdfast.plan.Contact;
import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.NearestName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/**
 * {@code plan.unknown-contact}, {@code plan.impossible-approval}, {@code plan.shared-key}: people who cannot agree to
 * anything, because they are not there or have no key of their own.
 */
final class KnownPeople implements Rule {

    @Override
    public List<String> sections() {
        return List.of("plan", "procedures", "contacts");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        ownKeys(plan, report);
        plan.document()
                .changes()
                .ifPresent(changes ->
                        possible(plan, changes.from(), changes.quorum(), report, Paths.of("plan", "changes")));
        for (var procedure : plan.procedures()) {
            for (var visited : Walk.steps(procedure)) {
                if (visited.step().work() instanceof Work.Approval approval) {
                    possible(plan, approval.from(), approval.quorum(), report, Paths.of(visited.path(), "with"));
                }
            }
        }
    }

    private static void ownKeys(Plan plan, Report report) {
        var owners = new HashMap<SshPublicKey, String>();
        for (var contact : plan.contacts()) {
            for (var key : contact.keys()) {
                var other = owners.putIfAbsent(key, contact.id());
                if (other != null) {
                    report.error(
                            "plan.shared-key",
                            "'%s' has the same key as '%s': %s".formatted(contact.id(), other, key.fingerprint()),
                            "give each person a key of their own, or two signatures mean one person",
                            Paths.of("contacts", contact.id(), "keys"));
                }
            }
        }
    }

    private static void possible(Plan plan, List<String> from, int quorum, Report report, List<String> path) {
        var able = new HashSet<String>();
        for (var name : from) {
            var meant = plan.contacts().stream()
                    .filter(contact -> contact.answersTo(name))
                    .toList();
            meant.stream()
                    .filter(contact -> !contact.keys().isEmpty())
                    .map(Contact::id)
                    .forEach(able::add);
            if (meant.isEmpty()) {
                var names = plan.contacts().stream().map(Contact::id).toList();
                report.error(
                        "plan.unknown-contact",
                        "there is no contact '%s'".formatted(name),
                        NearestName.of(name, names)
                                .map("did you mean '%s'?"::formatted)
                                .orElse("name a contact by its id, role or group"),
                        Paths.of(path, "from"));
            }
        }
        if (able.size() < quorum) {
            report.error(
                    "plan.impossible-approval",
                    "%d must agree, and %d of those who may have a key".formatted(quorum, able.size()),
                    "give contacts.NAME.keys, from 'ssh-keygen -t ed25519'",
                    path);
        }
    }
}
