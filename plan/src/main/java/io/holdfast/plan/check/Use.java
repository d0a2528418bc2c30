package io.holdfast.plan.check;

import io.holdfast.plan.action.ActionCatalogue;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.Effect;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Value;
import java.util.List;
import java.util.Optional;

/**
 * One use of an action.
 *
 * @param step absent: it is a health check of the whole plan
 * @param path where it is in the file
 * @param members where it may run only
 */
record Use(Optional<Step> step, ActionCall call, Role role, List<String> path, List<Template> members) {

    Use {
        path = List.copyOf(path);
        members = List.copyOf(members);
    }

    enum Role {
        WORK,
        GATE,
        VERIFICATION,
        /** In place of the work, in an ungraceful run. */
        INSTEAD,
        /** After the last step of any procedure. */
        HEALTH
    }

    boolean is(String... names) {
        return List.of(names).contains(call.uses());
    }

    Optional<ActionDescriptor> descriptor() {
        return ActionCatalogue.find(call.uses());
    }

    /** The id of its step, or what stands for one. */
    String place() {
        return step.map(Step::id).orElse("health");
    }

    /** It has to hold, and to change nothing. */
    boolean onlyReads() {
        return switch (role) {
            case GATE, VERIFICATION, HEALTH -> true;
            case WORK, INSTEAD -> false;
        };
    }

    boolean changes() {
        return role == Role.WORK
                && descriptor().map(found -> found.effect() == Effect.CHANGES).orElse(true);
    }

    /** An input as it is written; empty if it is not there, or no single value. */
    String input(String name) {
        return call.with().get(name) instanceof Value.Text(var template) ? template.toString() : "";
    }

    /** The path of one of its inputs. */
    List<String> path(String input) {
        return Paths.of(path, "with", input);
    }
}
