package io.holdfast.plan.file;

import io.holdfast.plan.procedure.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A step, and what stands beside it and the steps within it for people only.
 *
 * @param byHand commands by step
 */
record ReadStep(Step step, Map<String, String> byHand) {

    static Map<String, String> byHand(List<ReadStep> steps) {
        var all = new HashMap<String, String>();
        steps.forEach(step -> all.putAll(step.byHand()));
        return all;
    }

    static List<Step> steps(List<ReadStep> steps) {
        return steps.stream().map(ReadStep::step).toList();
    }
}
