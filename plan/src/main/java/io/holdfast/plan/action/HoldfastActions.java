package io.holdfast.plan.action;

import static io.holdfast.plan.action.Input.optional;
import static io.holdfast.plan.action.Input.required;

import java.util.List;

/** Actions that look at Holdfast's own work: whether the plan can be kept, and whether what it stands on is there. */
public final class HoldfastActions {

    public static final ActionDescriptor PLAN_CHECK = new ActionDescriptor(
            "plan.check",
            "Holds a plan against its rules and against the live world, as `holdfast plan check --live` does.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(
                    required("plan", ValueType.TEXT, "The file of the plan, an absolute path."),
                    optional(
                            "environment",
                            ValueType.TEXT,
                            "Where the world is asked; without it, in every environment of the plan."),
                    optional(
                            "strict",
                            ValueType.BOOLEAN,
                            "Warnings, and what nobody knows, fail it too; without it, `false`.")),
            List.of(
                    new Output("errors", ValueType.INTEGER, "How many findings are errors."),
                    new Output("warnings", ValueType.INTEGER, "How many are warnings."),
                    new Output("unknown", ValueType.INTEGER, "How many questions nobody answered."),
                    new Output(
                            "findings",
                            ValueType.TEXT,
                            "All of these, one a line, errors first; of more than 8,000 characters the first, and how many more"
                                    + " there are.")),
            "Each finding that is no mere notice is a line of the step's log. It fails when there are errors, and says the first"
                    + " of them; it answers its outputs then, too. How old the newest backup and proof are is asked of the repository that this host is configured"
                    + " for; how long procedures took, of the runs that this engine's state has: the command reads it from the evidence there.");

    public static final ActionDescriptor CAPTURE_CHECK = new ActionDescriptor(
            "capture.check",
            "Looks whether capture keeps up with the database.",
            ActionKind.IDEMPOTENT,
            Effect.READS,
            List.of(required(
                    "at-most",
                    ValueType.DURATION,
                    "What may be lost: the time since everything that the server had flushed was stored.")),
            List.of(
                    new Output("capture", ValueType.TEXT, "What it is doing."),
                    new Output("loss", ValueType.DURATION, "What would be lost now."),
                    new Output("covered-until", ValueType.INSTANT, "Up to when every commit is stored."),
                    new Output(
                            "findings",
                            ValueType.TEXT,
                            "What is wrong, one a line, at most 8,000 characters; empty where nothing is.")),
            "Of the repository and the state folder that this host is configured for, as `holdfast status` shows them. A capture"
                    + " on this host must run and be at no risk; where none ever ran on this host, what it has stored in the"
                    + " repository must be young enough. Where it fails it answers what is known of its outputs, too.");

    public static final List<ActionDescriptor> ALL = List.of(PLAN_CHECK, CAPTURE_CHECK);

    private HoldfastActions() {}
}
