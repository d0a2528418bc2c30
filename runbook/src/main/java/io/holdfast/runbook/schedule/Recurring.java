package io.holdfast.runbook.schedule;

import java.util.function.Supplier;

/**
 * Work that comes again and again.
 *
 * @param name unique in its timetable, and the same over restarts: by it is remembered when it comes next
 * @param work what is to be done; asked each time that it is due, so that it is that of the plan in force
 */
public record Recurring(String name, Times times, MissedRuns missed, Supplier<DueWork> work) {}
