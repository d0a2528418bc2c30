package io.holdfast.postgres.backup;

import java.util.List;

/**
 * Something that happens to a cluster around three backups: before the first, before the second, before the third.
 *
 * @param since the first major version that can do it
 */
record Scenario(String name, int since, List<String> setup, List<String> first, List<String> second) {

    Scenario {
        setup = List.copyOf(setup);
        first = List.copyOf(first);
        second = List.copyOf(second);
    }

    static Scenario of(String name, List<String> setup, List<String> first, List<String> second) {
        return new Scenario(name, 14, setup, first, second);
    }

    Scenario onlySince(int major) {
        return new Scenario(name, major, setup, first, second);
    }
}
