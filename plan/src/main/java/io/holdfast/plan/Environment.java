package io.holdfast.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place where procedures run, and the names that differ there.
 *
 * @param region what fails together with it; absent: not said
 * @param runs the procedures that may be started here, by id; absent: all but variants for elsewhere
 * @param variants what takes the place of a procedure here, by its id
 * @param values what {@code ${environment.x.y}} stands for, by {@code x.y}
 */
public record Environment(
        String name,
        String title,
        Optional<String> region,
        Optional<List<String>> runs,
        Map<String, String> variants,
        Map<String, String> values) {

    public Environment {
        runs = runs.map(List::copyOf);
        variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
