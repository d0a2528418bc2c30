package io.holdfast.cli.plan;

import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.inventory.ProofEntry;
import io.holdfast.cli.status.Protected;
import io.holdfast.plan.render.Evidence;
import io.holdfast.plan.render.Evidence.Measured;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.evidence.EvidenceEntry;
import io.holdfast.repository.evidence.EvidenceKey;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.evidence.EvidenceReport;
import io.holdfast.repository.evidence.TrustedEvidence;
import io.holdfast.runbook.journal.RunState;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the configured repository proves. */
final class RepositoryEvidence {

    private RepositoryEvidence() {}

    /**
     * Nothing, where no repository is configured.
     *
     * @param keys of hosts whose runs count; none: anybody's
     */
    static Evidence of(Workspace workspace, Set<EvidenceKey> keys) {
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
                    recoveries(repository, keys),
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
            recoveries(repository, Set.of())
                    .forEach((procedure, measured) -> durations.put(procedure, measured.value()));
            return durations;
        } catch (HoldfastException _) {
            return Map.of();
        }
    }

    /** How long the newest completed run of each procedure took until all was healthy; of chains in which nothing is wrong. */
    private static Map<String, Measured> recoveries(Repository repository, Set<EvidenceKey> keys) {
        var all = new ConcurrentLinkedQueue<Recovery>();
        var sound = EvidenceArchive.of(repository)
                .verify(
                        new TrustedEvidence(keys, Set.of(), Optional.of(repository.id())),
                        entry -> Recovery.of(entry).ifPresent(all::add))
                .chains()
                .stream()
                .filter(chain -> chain.problems().isEmpty() && (keys.isEmpty() || chain.trusted()))
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

        /** Whoever has the repository key can sign a chain of their own, in which anything stands. */
        static Optional<Recovery> of(EvidenceEntry entry) {
            var run = entry.content().path("run");
            if (entry.kind() != EvidenceKind.RUN || !text(run, "state").equals(RunState.COMPLETED.name())) {
                return Optional.empty();
            }
            return time(run, "created")
                    .flatMap(created ->
                            time(run, "green").map(green -> new Measured(Duration.between(created, green), green)))
                    .filter(measured -> !measured.value().isNegative())
                    .map(measured -> new Recovery(entry.key().writer(), text(run, "procedure"), measured));
        }

        private static String text(JsonNode run, String name) {
            return run.path(name).asString("");
        }

        private static Optional<Instant> time(JsonNode run, String name) {
            try {
                return Optional.of(Instant.parse(text(run, name)));
            } catch (DateTimeParseException _) {
                return Optional.empty();
            }
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
