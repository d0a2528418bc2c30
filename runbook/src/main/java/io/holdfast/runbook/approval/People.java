package io.holdfast.runbook.approval;

import io.holdfast.plan.SshPublicKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who is who among the names of a plan: a second name is a second person only with keys of its own. Names that share a key,
 * also by way of a third, are one person.
 */
public record People(Map<String, Set<SshPublicKey>> keys) {

    public People {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }

    /**
     * Of the people of a plan.
     *
     * @param approvers a line for each key, by name
     */
    public static People of(Map<String, String> approvers) {
        var keys = new LinkedHashMap<String, Set<SshPublicKey>>();
        approvers.forEach((name, lines) -> keys.put(name, keys(lines)));
        return new People(keys);
    }

    static Set<SshPublicKey> keys(String lines) {
        return lines.lines().flatMap(line -> SshPublicKey.parse(line).stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** All names of whoever has this one. */
    public Set<String> namesOf(String name) {
        var found = new LinkedHashSet<>(List.of(name));
        var open = new ArrayDeque<>(found);
        while (!open.isEmpty()) {
            var one = keys.getOrDefault(open.remove(), Set.of());
            keys.forEach((other, its) -> {
                if (!Collections.disjoint(one, its) && found.add(other)) {
                    open.add(other);
                }
            });
        }
        return found;
    }

    /** How many of these can sign and are not the one who starts. */
    public int otherThan(String starter, Collection<String> names) {
        var counted = new LinkedHashSet<>(namesOf(starter));
        var people = 0;
        for (var name : names) {
            if (!keys.getOrDefault(name, Set.of()).isEmpty() && !counted.contains(name)) {
                people++;
                counted.addAll(namesOf(name));
            }
        }
        return people;
    }
}
