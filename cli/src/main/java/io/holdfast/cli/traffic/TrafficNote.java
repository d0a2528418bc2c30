package io.holdfast.cli.traffic;

import java.time.Instant;

/**
 * What one process asked of one repository for a time; a line of a day's file.
 *
 * @param repository its location
 */
record TrafficNote(String repository, Instant from, Instant to, Traffic traffic) {}
