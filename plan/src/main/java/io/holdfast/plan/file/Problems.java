package io.holdfast.plan.file;

import io.holdfast.plan.yaml.Place;
import io.holdfast.plan.yaml.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a file. Confined to one thread. */
final class Problems {

    private final List<Problem> all = new ArrayList<>();

    void add(Place place, String code, String message, String hint) {
        all.add(new Problem(place, code, message, hint));
    }

    int count() {
        return all.size();
    }

    /** In the order of the file. */
    List<Problem> list() {
        return all.stream()
                .sorted(java.util.Comparator.comparing(Problem::place))
                .toList();
    }

    /** To be added to. */
    List<Problem> sink() {
        return all;
    }
}
