package io.holdfast.runbook.run;

import java.time.InstantSource;
import java.util.Map;

/**
 * What the world hands in.
 *
 * @param engine what this process calls itself in the record, for example {@code serve@host:4711}
 * @param member what this host is called in plans, for steps that say {@code on: MEMBER}
 * @param environment where secrets with {@code env:} are
 */
public record RunSettings(String engine, String member, Map<String, String> environment, InstantSource clock) {

    public RunSettings {
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return "RunSettings[engine=%s]".formatted(engine);
    }
}
