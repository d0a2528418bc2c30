package io.holdfast.plan.check;

import java.util.List;
import java.util.stream.Stream;

/** Paths of parts of a plan, as {@link io.holdfast.plan.file.Places} knows them. */
final class Paths {

    private Paths() {}

    static List<String> of(String... names) {
        return List.of(names);
    }

    static List<String> of(List<String> start, String... further) {
        return Stream.concat(start.stream(), Stream.of(further)).toList();
    }
}
