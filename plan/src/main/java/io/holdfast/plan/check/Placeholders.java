package io.holdfast.plan.check;

import io.holdfast.plan.Contact;
import io.holdfast.plan.ExternalContact;
import io.holdfast.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code plan.placeholder}: what was to be filled in later was not. */
final class Placeholders implements Rule {

    /** {@code [Backup Name]}, and the {@code xxx} of an example's host name. */
    private static final Pattern BLANK =
            Pattern.compile("\\[[A-Z][A-Za-z _/-]*\\]|(?<![A-Za-z])xxx(?![A-Za-z])|\\bTODO\\b");

    @Override
    public List<String> sections() {
        return List.of("contacts", "external-contacts", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        plan.contacts().forEach(contact -> contact(contact, report));
        for (var i = 0; i < plan.externalContacts().size(); i++) {
            external(plan.externalContacts().get(i), Paths.of("external-contacts", Integer.toString(i)), report);
        }
        for (var environment : plan.environments()) {
            environment.values().forEach((name, value) -> {
                if (BLANK.matcher(value).find()) {
                    report.warning(
                            "plan.placeholder",
                            "environment '%s' still has a blank: %s is '%s'".formatted(environment.name(), name, value),
                            "fill in the real name",
                            Paths.of(Paths.of("environments", environment.name(), "values"), name.split("\\.")));
                }
            });
        }
    }

    private static void contact(Contact contact, Report report) {
        var texts = new ArrayList<>(List.of(contact.name(), contact.backup().orElse("")));
        contact.channels().forEach(channel -> texts.add(channel.address()));
        tell("contact '%s'".formatted(contact.role()), texts, Paths.of("contacts", contact.id()), report);
    }

    private static void external(ExternalContact contact, List<String> path, Report report) {
        tell(
                "external contact '%s'".formatted(contact.service()),
                List.of(contact.support(), contact.accountId()),
                path,
                report);
    }

    private static void tell(String what, List<String> texts, List<String> path, Report report) {
        var blanks = texts.stream().filter(text -> BLANK.matcher(text).find()).toList();
        if (!blanks.isEmpty()) {
            report.warning(
                    "plan.placeholder",
                    "%s still has blanks: %s".formatted(what, String.join(", ", blanks)),
                    "fill them in; nobody looks them up during a disaster",
                    path);
        }
    }
}
