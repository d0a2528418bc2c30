package io.holdfast.cli;

import io.holdfast.plan.Plan;
import io.holdfast.problem.HoldfastException;
import io.holdfast.runbook.publication.PublicationException;
import io.holdfast.runbook.publication.Publications;
import io.holdfast.runbook.publication.Standing;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Holds the plan of a file against the one that is published in the repository. */
final class PlanInForce {

    /** A recovery does not wait for a repository that does not answer only to know whether the file is the plan in force. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String COMPARE =
            "compare it with what 'holdfast plan fetch --trust KEY' says, if there is time";

    private PlanInForce() {}

    /**
     * Refuses a file that is another plan than the published one, where that asks for signatures before it is changed.
     *
     * @param despite whether it is enough to tell of a plan in force that cannot be read, or cannot be told
     * @param err is told if that is not known
     */
    static void require(Workspace workspace, Plan plan, boolean despite, PrintWriter err) throws InterruptedException {
        if (!workspace.opensWithoutAsking()) {
            return;
        }
        var asked = new CompletableFuture<Standing>();
        Thread.ofVirtual().name("plan-in-force").start(() -> {
            try (var repository = workspace.openRepositoryForReading()) {
                var known = HostEvidence.knownPlan(workspace, repository);
                asked.complete(new Publications(repository, known).standing(plan));
            } catch (RuntimeException e) {
                asked.completeExceptionally(e);
            }
        });
        try {
            switch (asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                case Standing.Free _ -> {}
                case Standing.NotInForce(var number) -> throw PublicationException.notInForce(number);
                case Standing.Doubtful doubtful -> {
                    if (doubtful.another() && !despite) {
                        throw doubtful.problem();
                    }
                    warn(err, doubtful.why());
                }
                case Standing.Unreadable unreadable -> {
                    if (unreadable.agreed() && !despite) {
                        throw unreadable.problem();
                    }
                    err.println("WARNING: %s%nHINT: %s"
                            .formatted(unreadable.problem().getMessage(), COMPARE));
                }
            }
        } catch (ExecutionException e) {
            warn(
                    err,
                    e.getCause() instanceof HoldfastException known
                            ? String.valueOf(known.getMessage())
                            : e.toString());
        } catch (TimeoutException _) {
            warn(err, "the repository does not answer");
        }
    }

    private static void warn(PrintWriter err, String why) {
        err.println("WARNING: whether this is the plan in force is not known: %s%nHINT: %s".formatted(why, COMPARE));
    }
}
