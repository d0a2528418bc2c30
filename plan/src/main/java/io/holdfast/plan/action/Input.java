package io.holdfast.plan.action;

/**
 * One thing that an action is told.
 *
 * @param target whether it names what the action works on, so that the run locks it
 * @param documentation one sentence
 */
public record Input(String name, ValueType type, boolean required, boolean target, String documentation) {

    public static Input required(String name, ValueType type, String documentation) {
        return new Input(name, type, true, false, documentation);
    }

    public static Input optional(String name, ValueType type, String documentation) {
        return new Input(name, type, false, false, documentation);
    }

    /** A required text that names what the action works on. */
    public static Input target(String name, String documentation) {
        return new Input(name, ValueType.TEXT, true, true, documentation);
    }

    /** A text that names what the action works on, where there is such a thing. */
    public static Input optionalTarget(String name, String documentation) {
        return new Input(name, ValueType.TEXT, false, true, documentation);
    }
}
