package io.holdfast.plan.file;

import io.holdfast.plan.Plan;
import io.holdfast.plan.yaml.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a file holds, as far as it could be read.
 *
 * @param readable the sections that could be, and empty ones for the rest; absent if the file is no plan at all
 * @param unread the sections that could not be read
 * @param problems everything that is wrong with how it is written, in the order of the file
 */
public record ReadPlan(Optional<Plan> readable, Set<String> unread, List<Problem> problems, Places places) {

    public ReadPlan {
        unread = Set.copyOf(unread);
        problems = List.copyOf(problems);
    }

    /** The whole plan; absent if anything is wrong with how it is written. */
    public Optional<Plan> plan() {
        return problems.isEmpty() ? readable : Optional.empty();
    }
}
