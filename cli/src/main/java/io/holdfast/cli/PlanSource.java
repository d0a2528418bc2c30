package io.holdfast.cli;

import io.holdfast.plan.Plan;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.plan.file.ReadPlan;
import io.holdfast.runbook.publication.Publications;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the plan is from: a file, or the repository. Mixed into commands that execute it. */
final class PlanSource {

    @Option(
            names = "--published",
            description =
                    "Take the plan that is in force from the repository, signed by a key that you --trust, and no file.")
    private boolean published;

    @Option(names = "--number", paramLabel = "N", description = "With --published: which (default: the newest).")
    private @Nullable Integer number;

    @Mixin
    private TrustedKeys trusted;

    /** What is read there, in which there is a plan. */
    ReadPlan read(Workspace workspace) {
        if (!published) {
            if (number != null || trusted.any()) {
                throw UsageException.notPublished();
            }
            var file = workspace.plan();
            return PlanFile.readable(file, PlanFile.text(file));
        }
        if (!trusted.any()) {
            throw UsageException.publishedWithoutTrust();
        }
        try (var repository = workspace.openRepositoryForReading()) {
            return new Publications(repository, HostEvidence.knownPlan(workspace, repository))
                    .inForce(trusted.keys(workspace), Optional.ofNullable(number))
                    .read();
        }
    }

    /**
     * Refuses a file that is another plan than the published one, where that asks for signatures before it is changed.
     *
     * @param despite whether it is enough to tell of a plan in force that cannot be read, or cannot be told
     * @param err is told if that is not known
     */
    void requireInForce(Workspace workspace, Plan plan, boolean despite, PrintWriter err) throws InterruptedException {
        if (!published) {
            PlanInForce.require(workspace, plan, despite, err);
        }
    }
}
