package io.holdfast.plan.action;

/**
 * One thing that an action answers; later steps refer to it as {@code ${steps.STEP.NAME}}.
 *
 * @param documentation one sentence
 */
public record Output(String name, ValueType type, String documentation) {}
