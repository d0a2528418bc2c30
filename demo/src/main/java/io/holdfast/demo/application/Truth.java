package io.holdfast.demo.application;

import java.time.Instant;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The commits of the backend.
 *
 * @param acknowledged projects whose commit PostgreSQL confirmed, with the time when the backend learned of it
 * @param inDoubt projects whose commit was asked for and never answered
 */
public record Truth(NavigableMap<Long, Instant> acknowledged, Set<Long> inDoubt) {

    public Truth {
        acknowledged = Collections.unmodifiableNavigableMap(new TreeMap<>(acknowledged));
        inDoubt = Set.copyOf(inDoubt);
    }
}
