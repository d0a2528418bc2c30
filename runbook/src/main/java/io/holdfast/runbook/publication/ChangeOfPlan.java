package io.holdfast.runbook.publication;

import io.holdfast.plan.Contact;
import io.holdfast.plan.Document;
import io.holdfast.plan.Plan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.runbook.approval.People;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who agrees to a change of a plan, by that plan. */
final class ChangeOfPlan {

    private ChangeOfPlan() {}

    /** Those of the people who may agree whose keys have signed; a person with two keys is one, and so are two names with one key. */
    static Set<String> agreed(Plan before, Document.Changes changes, Set<SshPublicKey> signers) {
        var people = new People(before.contacts().stream()
                .collect(Collectors.toMap(Contact::id, contact -> Set.copyOf(contact.keys()))));
        var agreed = new TreeSet<String>();
        for (var contact : able(before, changes).toList()) {
            if (!Collections.disjoint(contact.keys(), signers)
                    && Collections.disjoint(people.namesOf(contact.id()), agreed)) {
                agreed.add(contact.id());
            }
        }
        return agreed;
    }

    private static Stream<Contact> able(Plan plan, Document.Changes changes) {
        return plan.contacts().stream()
                .filter(contact -> changes.from().stream().anyMatch(contact::answersTo));
    }
}
