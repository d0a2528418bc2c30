package io.holdfast.plan.procedure;

/** Whether a step is taken: {@code ${parameters.mode} == dump}. */
public record Condition(Template left, Comparison comparison, Template right) {

    public enum Comparison {
        EQUAL,
        NOT_EQUAL
    }
}
