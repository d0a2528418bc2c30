package io.holdfast.plan;

import java.util.List;
import java.util.Optional;

/**
 * A role, and who fills it.
 *
 * @param name of the person, the team or the rotation
 * @param backup who is asked when nobody answers
 * @param groups teams it belongs to
 * @param keys of the person, that approvals are signed with
 */
public record Contact(
        String id,
        String role,
        String name,
        Optional<String> backup,
        List<String> groups,
        List<Channel> channels,
        List<SshPublicKey> keys) {

    public Contact {
        groups = List.copyOf(groups);
        channels = List.copyOf(channels);
        keys = List.copyOf(keys);
    }

    /** Whether a word of the plan, such as {@code Engineering}, means this contact, among others perhaps. */
    public boolean answersTo(String word) {
        return id.equalsIgnoreCase(word)
                || role.equalsIgnoreCase(word)
                || groups.stream().anyMatch(group -> group.equalsIgnoreCase(word));
    }

    /**
     * A way to reach somebody.
     *
     * @param address a number, an address, a channel; a secret only as a reference
     */
    public record Channel(Kind kind, String address) {

        public enum Kind {
            PAGERDUTY,
            SLACK,
            EMAIL,
            PHONE,
            SMS,
            WEBHOOK
        }
    }
}
