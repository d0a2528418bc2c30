package io.holdfast.plan.procedure;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a step does. */
public sealed interface Work {

    /** The steps within it; those of a nested procedure are that one's. */
    default List<Step> inner() {
        return switch (this) {
            case Parallel(var steps) -> steps;
            case ForEach loop -> loop.steps();
            case Act _, Approval _, Nested _ -> List.of();
        };
    }

    /** One action. */
    record Act(ActionCall action) implements Work {}

    /**
     * People say yes, with signatures. One no, or the end of the time, is a no.
     *
     * @param from whom it may come from, by the names of the plan's contacts
     * @param quorum how many of them must say yes
     * @param shown what they are shown and sign
     */
    record Approval(List<String> from, int quorum, Duration expires, Template shown) implements Work {

        public Approval {
            from = List.copyOf(from);
        }
    }

    /** Steps side by side; it ends when all have ended. */
    record Parallel(List<Step> steps) implements Work {

        public Parallel {
            steps = List.copyOf(steps);
        }
    }

    /**
     * The same steps for each item, which they refer to as {@code ${item}}.
     *
     * @param limit how many items at once
     */
    record ForEach(List<Template> items, int limit, List<Step> steps) implements Work {

        public ForEach {
            items = List.copyOf(items);
            steps = List.copyOf(steps);
        }
    }

    /** Another procedure, with its parameters. */
    record Nested(String procedure, Map<String, Value> parameters) implements Work {

        public Nested {
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }
}
