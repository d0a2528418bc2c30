package io.holdfast.cli.plan;

import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.ProofEntry;
import io.holdfast.cli.status.Protected;
import io.holdfast.plan.render.Evidence;
import io.holdfast.plan.render.Evidence.Measured;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceEntry;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.EvidenceReport;
import io.holdfast.repository.evidence.TrustedEvidence;
import io.holdfast.runbook.journal.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

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
                    recoveries(EvidenceArchive.of(repository)),
                    Map.of());
        }
    }

    /** How long procedures took, for whoever tells by other means that the repository cannot be looked at. */
    static Map<String, Duration> durations(Workspace workspace) {
        if (workspace.configuration().find(Settings.REPOSITORY_PATH).isEmpty()) {
            return Map.of();
        }
        try (var repository = workspace.openRepositoryForReading()) {
            var durations = new HashMap<String, Duration>();
            recoveries(EvidenceArchive.of(repository))
                    .forEach((procedure, measured) -> durations.put(procedure, measured.value()));
            return durations;
        } catch (HoldfastException _) {
            return Map.of();
        }
    }

    /** How long the newest completed run of each procedure took until all was healthy; of chains in which nothing is wrong. */
    static Map<String, Measured> recoveries(EvidenceArchive archive) {
        var all = new ConcurrentLinkedQueue<Recovery>();
        var sound = archive
                .verify(
                        new TrustedEvidence(Set.of(), Set.of(), Optional.empty()),
                        entry -> Recovery.of(entry).ifPresent(all::add))
                .chains()
                .stream()
                .filter(chain -> chain.problems().isEmpty())
                .map(EvidenceReport.Chain::writer)
                .collect(Collectors.toSet());
        return all.stream()
                .filter(recovery -> sound.contains(recovery.writer()))
                .collect(Collectors.toMap(
                        Recovery::procedure,
                        Recovery::measured,
                        (one, other) -> one.at().isAfter(other.at()) ? one : other));
    }

    /** A completed run after which all was healthy, in a chain. */
    private record Recovery(String writer, String procedure, Measured measured) {

        static Optional<Recovery> of(EvidenceEntry entry) {
            var run = entry.content().path("run");
            if (entry.kind() != EvidenceKind.RUN
                    || !run.path("state").asString("").equals(RunState.COMPLETED.name())
                    || !run.hasNonNull("green")) {
                return Optional.empty();
            }
            var green = Instant.parse(run.path("green").asString());
            var took = Duration.between(Instant.parse(run.path("created").asString()), green);
            return took.isNegative()
                    ? Optional.empty()
                    : Optional.of(new Recovery(
                            entry.key().writer(), run.path("procedure").asString(), new Measured(took, green)));
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
