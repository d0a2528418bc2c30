package io.holdfast.plan.check;

import io.holdfast.plan.Contact;
import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code plan.contact-through-system}: somebody can be reached only through what has failed. */
final class IndependentContacts implements Rule {

    @Override
    public List<String> sections() {
        return List.of("contacts", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var hosts = hosts(plan.environments());
        for (var contact : plan.contacts()) {
            if (!contact.channels().isEmpty()
                    && contact.channels().stream().allMatch(channel -> goesThrough(channel, hosts))) {
                report.warning(
                        "plan.contact-through-system",
                        "'%s' can be reached only through the system that has failed: %s"
                                .formatted(
                                        contact.role(),
                                        contact.channels().stream()
                                                .map(Contact.Channel::address)
                                                .collect(Collectors.joining(", "))),
                        "add a channel that does not need it, such as a phone",
                        Paths.of("contacts", contact.id(), "channels"));
            }
        }
    }

    private static boolean goesThrough(Contact.Channel channel, Set<String> hosts) {
        var address = channel.address().toLowerCase(Locale.ROOT);
        var at = address.indexOf('@');
        var host = address.contains("://") ? host(address) : at > 0 ? address.substring(at + 1) : "";
        return !host.isEmpty() && hosts.contains(host);
    }

    /** Those that the URLs of the environments name. */
    private static Set<String> hosts(List<Environment> environments) {
        return environments.stream()
                .flatMap(environment -> environment.values().values().stream())
                .filter(value -> value.contains("://"))
                .map(IndependentContacts::host)
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toSet());
    }

    private static String host(String url) {
        try {
            var host = URI.create(url).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
