package io.holdfast.plan;

import java.time.Duration;
import java.util.List;

/** What the plan promises. */
public record Objectives(Objective rto, Objective rpo, Objective mttr) {

    public enum Kind {
        RTO("Recovery Time Objective"),
        RPO("Recovery Point Objective"),
        MTTR("Mean Time To Recovery");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * One promise.
     *
     * @param description what it bounds, in words
     */
    public record Objective(Kind kind, Duration target, String description) {}

    public List<Objective> all() {
        return List.of(rto, rpo, mttr);
    }
}
