package io.holdfast.plan.check;

import io.holdfast.problem.Finding;
import java.util.List;

/** Answers questions by looking, and changes nothing. Asked from several threads at once. */
@FunctionalInterface
public interface World {

    /**
     * What was found. Whatever it throws is an answer that is not known; an interrupt means that the time is up.
     *
     * @return empty where there was nothing to look at
     */
    List<Finding> ask(Question question) throws InterruptedException;
}
