package io.holdfast.runbook.schedule;

import java.util.List;

/** What comes again and again in one place. Residents on the same state that have the same one share its work. */
public interface Timetable {

    /** Tells it from others on the same state: the name of an environment. */
    String name();

    /**
     * What is in it at the moment. Asked every second: what is new is scheduled then, and what is no longer in it is not done
     * any more.
     */
    List<Recurring> entries();
}
