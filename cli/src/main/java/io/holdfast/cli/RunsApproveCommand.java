package io.holdfast.cli;

import io.holdfast.runbook.approval.Decision;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast runs approve}. */
@Command(
        name = "approve",
        description =
                "Say yes to what a run asks, with a signature. The run goes on when as many have said so as the plan wants.")
final class RunsApproveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunsOptions options;

    @Mixin
    private RunsDecision decision;

    @Override
    public Integer call() {
        return decision.decide(spec, options, Decision.APPROVE);
    }
}
