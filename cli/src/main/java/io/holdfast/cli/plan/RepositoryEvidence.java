package io.holdfast.cli.plan;

import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.ProofEntry;
import io.holdfast.cli.status.Protected;
import io.holdfast.plan.render.Evidence;
import io.holdfast.plan.render.Evidence.Measured;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the configured repository proves. */
final class RepositoryEvidence {

    private RepositoryEvidence() {}

    /** Nothing, where no repository is configured. */
    static Evidence of(Workspace workspace) {
        if (workspace.configuration().find(Settings.REPOSITORY_PATH).isEmpty()) {
            return Evidence.NONE;
        }
        try (var repository = workspace.openRepositoryForReading()) {
            var now = workspace.clock().instant();
            var found =
                    Protected.look(repository, workspace.member(), workspace.stateFolder(), workspace.schedule(), now);
            var proof = found.lastProof().flatMap(RepositoryEvidence::good);
            return new Evidence(
                    found.recoveryPointSeconds().map(seconds -> new Measured(duration(seconds), now)),
                    proof.flatMap(good ->
                            good.restoreSeconds().map(seconds -> new Measured(duration(seconds), good.completed()))),
                    proof.map(ProofEntry::completed),
                    Map.of(),
                    Map.of());
        }
    }

    /** The newest that was good; one without a result does not undo it, one that was bad does. */
    static Optional<ProofEntry> good(ProofEntry newest) {
        return switch (newest.verdict()) {
            case "good" -> Optional.of(newest);
            case "undetermined" -> newest.before().flatMap(RepositoryEvidence::good);
            default -> Optional.empty();
        };
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
