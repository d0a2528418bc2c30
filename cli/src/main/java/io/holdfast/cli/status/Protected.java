package io.holdfast.cli.status;

import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.capture.CaptureStatus;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How well a member is protected.
 *
 * @param capture what it is doing, for people
 * @param recoveryPointSeconds time since everything that was flushed was stored: the measured RPO; absent while not known
 * @param lagBytes flushed by the server and not yet in the repository
 * @param slotRetainedBytes WAL that the server keeps for the slot
 * @param slotSafeBytes how much more it may write before the slot is lost; absent when without limit
 * @param secondsToFullDisk of the server at the present rate of WAL, should nobody take any from the slot; absent while not
 *     known
 * @param concerns every reason why less may be recoverable than should be
 */
public record Protected(
        String repository,
        String member,
        String capture,
        Optional<Reach> recoverableTo,
        Optional<Double> recoveryPointSeconds,
        Optional<Long> lagBytes,
        Optional<Long> slotRetainedBytes,
        Optional<Long> slotSafeBytes,
        Optional<Long> secondsToFullDisk,
        Optional<LastBackup> lastBackup,
        List<String> concerns) {

    /** A capture that has not published anything for so long is not running. */
    private static final Duration SILENT = Duration.ofSeconds(30);

    public record Reach(int timeline, String lsn, Optional<Instant> lastCommit, Optional<Instant> coveredUntil) {

        static Reach of(RecoverableTo to) {
            return new Reach(to.timeline().number(), to.validEnd().toString(), to.lastCommit(), to.coveredUntil());
        }
    }

    public record LastBackup(String id, Instant begun, Instant completed) {}

    /** Looks at the repository and at what the capture on this host published. */
    public static Protected look(Repository repository, MemberName member, Path stateFolder, Instant now) {
        var published = CaptureStatus.read(stateFolder);
        var concerns = new ArrayList<String>();
        var generation = Generation.newest(repository);
        var backup = generation.flatMap(current -> newestBackup(current, repository));
        if (backup.isEmpty()) {
            concerns.add("there is no backup: nothing can be recovered; take one with 'holdfast backup'");
        }
        var running = published.filter(status -> isAlive(status, now));
        if (running.isEmpty()) {
            concerns.add("no capture runs on this host: what is committed now is not protected");
        }
        running.ifPresent(status -> status.risks()
                .forEach(risk -> concerns.add(
                        risk.meaning() + status.trouble().map(": "::concat).orElse(""))));
        var archive = isAllOnOneTimeline(running, backup)
                ? Optional.<WalArchive>empty()
                : generation.map(current -> WalArchive.load(repository, current));
        archive.ifPresent(found -> concerns.addAll(divergences(found, backup)));
        var reach = running.flatMap(CaptureStatus::recoverableTo).or(() -> archive.flatMap(RecoverableTo::of));
        var recoveryPoint = reach.flatMap(RecoverableTo::coveredUntil)
                .map(until -> Math.max(0, Duration.between(until, now).toMillis()) / 1000.0);
        return new Protected(
                repository.name(),
                member.text(),
                published.map(status -> describe(status, now)).orElse("never ran on this host"),
                reach.map(Reach::of),
                recoveryPoint,
                running.flatMap(status -> boxed(status.lagBytes())),
                running.flatMap(status -> boxed(status.slotRetainedBytes())),
                running.flatMap(status -> boxed(status.slotSafeBytes())),
                running.flatMap(status -> boxed(status.secondsToFullDisk())),
                backup.map(manifest -> new LastBackup(manifest.id().text(), manifest.begun(), manifest.completed())),
                List.copyOf(concerns));
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    /** On the way from the newest backup to now. */
    private static List<String> divergences(WalArchive archive, Optional<Manifest> backup) {
        var begin = backup.map(newest -> BackupDetails.of(newest).timeline());
        return archive.divergences().stream()
                .filter(found -> begin.filter(timeline -> found.timeline().compareTo(timeline) < 0)
                        .isEmpty())
                .map(Divergence::explain)
                .toList();
    }

    /** While a capture runs it says itself what it finds on its timeline; the repository is read only when that is not all. */
    private static boolean isAllOnOneTimeline(Optional<CaptureStatus> running, Optional<Manifest> backup) {
        var now = running.flatMap(CaptureStatus::recoverableTo).map(RecoverableTo::timeline);
        return now.isPresent()
                && now.equals(backup.map(newest -> BackupDetails.of(newest).timeline()));
    }

    private static Optional<Manifest> newestBackup(Generation generation, Repository repository) {
        return generation.backups(repository).reversed().stream().findFirst();
    }

    private static boolean isAlive(CaptureStatus status, Instant now) {
        return !(status.state() instanceof CaptureState.Stopped)
                && status.written().plus(SILENT).isAfter(now)
                && ProcessHandle.of(status.pid()).isPresent();
    }

    private static String describe(CaptureStatus status, Instant now) {
        if (!isAlive(status, now) && !(status.state() instanceof CaptureState.Stopped)) {
            return "not running: it last said something at " + status.written();
        }
        return switch (status.state()) {
            case CaptureState.Connecting _ -> "connecting";
            case CaptureState.Streaming _ ->
                "streaming, process %d, session %d".formatted(status.pid(), status.session());
            case CaptureState.Waiting waiting -> "waiting: %s; %s".formatted(waiting.reason(), waiting.hint());
            case CaptureState.Stopped stopped -> "stopped: " + stopped.reason();
        };
    }
}
