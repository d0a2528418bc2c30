package io.holdfast.cli.check;

import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code synchronous_standby_names}, as the server understands it (syncrep_gram.y, syncrep.c).
 *
 * @param quorum whether any of the names will do, and not the first of them that are there
 * @param count how many of them a commit waits for
 * @param names whatever their case; {@code *} is everybody
 */
record SynchronousStandbys(boolean quorum, int count, List<String> names) {

    private static final String EVERYBODY = "*";

    private static final Pattern COUNTED = Pattern.compile(
            "\\s*(?:(any|first)\\s+)?(\\d{1,9})\\s*\\((.*)\\)\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Quoted ones and words. */
    private static final Pattern NAME = Pattern.compile("\"((?:[^\"]|\"\")*)\"|[^\\s,()\"]+");

    SynchronousStandbys {
        names = List.copyOf(names);
    }

    static SynchronousStandbys of(String setting) {
        var counted = COUNTED.matcher(setting);
        return counted.matches()
                ? new SynchronousStandbys(
                        "any".equalsIgnoreCase(counted.group(1)),
                        Integer.parseInt(counted.group(2)),
                        namesIn(counted.group(3)))
                : new SynchronousStandbys(false, 1, namesIn(setting));
    }

    private static List<String> namesIn(String list) {
        return NAME.matcher(list)
                .results()
                .map(found ->
                        found.group(1) == null ? found.group() : found.group(1).replace("\"\"", "\""))
                .toList();
    }

    /** Whether a commit can wait for somebody of this name. */
    boolean choose(String applicationName) {
        return names.stream().anyMatch(name -> name.equals(EVERYBODY) || name.equalsIgnoreCase(applicationName));
    }

    /** Whether no commit returns without it, as long as names are given once. */
    boolean require(String applicationName) {
        var before = names.stream()
                .takeWhile(name -> !name.equalsIgnoreCase(applicationName))
                .toList();
        if (before.size() == names.size()) {
            return false;
        }
        return quorum
                ? count >= names.size() && !names.contains(EVERYBODY)
                : count > before.size() && !before.contains(EVERYBODY);
    }
}
