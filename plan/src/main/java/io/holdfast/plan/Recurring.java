package io.holdfast.plan;

import io.holdfast.plan.procedure.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Work that comes round by itself.
 *
 * @param missed what becomes of it when nobody was there to do it in time
 */
public record Recurring(String id, String title, String environment, Timing timing, Missed missed, Task task) {

    public enum Missed {
        /** Done once, as soon as somebody is there again. */
        CATCH_UP,
        /** Left out; the next time counts. */
        SKIP
    }

    /** What is done. */
    public sealed interface Task {

        /** A run of a procedure. */
        record Run(String procedure, Map<String, Value> parameters) implements Task {

            public Run {
                parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
            }
        }

        /** This plan is held against the live world. */
        record CheckPlan() implements Task {}

        /** Whether capture keeps up with the database. */
        record WatchCapture() implements Task {}
    }
}
