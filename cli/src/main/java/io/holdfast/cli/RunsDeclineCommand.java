package io.holdfast.cli;

import io.holdfast.runbook.approval.Decision;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast runs decline}. */
@Command(
        name = "decline",
        description = "Say no to what a run asks, with a signature. One no ends the waiting: the step has failed.")
final class RunsDeclineCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Mixin
    private RunsDecision decision;

    @Override
    public Integer call() {
        return decision.decide(spec, options, Decision.DECLINE);
    }
}
