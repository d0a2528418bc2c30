package io.holdfast.demo;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What a run came to.
 *
 * @param green when the application was healthy again
 */
record RunResult(String id, String state, Instant green) {

    /** @param run as {@code holdfast run -o json} tells it */
    static RunResult of(JsonNode run) {
        var id = run.path("id").asString();
        var state = run.path("state").asString();
        if (!run.path("green").isString()) {
            throw new DemoException(
                    "run %s is %s: %s".formatted(id, state, run.path("message").asString()),
                    "look at it with: holdfast runs show " + id);
        }
        return new RunResult(id, state, Instant.parse(run.path("green").asString()));
    }
}
