package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import java.util.List;

/** Looks at one thing. Holds no state. */
interface Rule {

    /** The sections it looks at, by their keys; it is left out while one of them cannot be read. */
    List<String> sections();

    void check(Plan plan, Circumstances circumstances, Report report);
}
