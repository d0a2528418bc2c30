package io.holdfast.cli.status;

import io.holdfast.cli.inventory.ProofEntry;
import io.holdfast.postgres.archive.Divergence;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.RecoverableTo;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.capture.CaptureStatus;
import io.holdfast.postgres.protect.KnownBackups;
import io.holdfast.postgres.protect.RestoreForecast;
import io.holdfast.postgres.protect.RestoreRates;
import io.holdfast.postgres.protect.SchedulePolicy;
import io.holdfast.postgres.protect.TakenBackup;
import io.holdfast.postgres.verify.Proofs;
import io.holdfast.postgres.verify.Verdict;
import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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
 * @param restoreTime of the newest backup and the WAL after it; absent without a backup or WAL
 * @param lastProof the newest, of whichever backup
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
        ScheduledBackups scheduled,
        Optional<RestoreTime> restoreTime,
        Optional<ProofEntry> lastProof,
        List<String> concerns) {

    public record Reach(int timeline, String lsn, Optional<Instant> lastCommit, Optional<Instant> coveredUntil) {

        static Reach of(RecoverableTo to) {
            return new Reach(to.timeline().number(), to.validEnd().toString(), to.lastCommit(), to.coveredUntil());
        }
    }

    /**
     * The newest backup.
     *
     * @param damagedPages that it holds, since the live data did
     */
    public record LastBackup(String id, Instant begun, Instant completed, long damagedPages) {

        static LastBackup of(TakenBackup backup) {
            return new LastBackup(backup.id().text(), backup.begun(), backup.completed(), backup.damagedPages());
        }
    }

    /** Looks at the repository and at what the capture on this host published. */
    public static Protected look(
            Repository repository, MemberName member, Path stateFolder, SchedulePolicy policy, Instant now) {
        var capture = HostCapture.read(stateFolder, now);
        var known = known(repository, now);
        var running = capture.running();
        var scheduled = ScheduledBackups.in(stateFolder, running.map(CaptureStatus::pid));
        var concerns = new BackupConcerns(policy, now).of(known.newest(), scheduled);
        concerns.addAll(capture.concerns());
        var generation = Generation.newest(repository);
        var archive = isAllOnOneTimeline(running, known.newest())
                ? Optional.<WalArchive>empty()
                : generation.map(current -> WalArchive.load(repository, current));
        archive.ifPresent(found -> concerns.addAll(divergences(found, known.newest())));
        var reach = running.flatMap(CaptureStatus::recoverableTo)
                .or(() -> archive.flatMap(found -> found.settled(() -> RecoverableTo.of(found))));
        var restoreTime = known.newest()
                .flatMap(backup -> reach.map(end ->
                        RestoreForecast.of(backup, end.validEnd(), RestoreRates.of(stateFolder, known.newestFull()))))
                .map(forecast -> RestoreTime.of(forecast, policy));
        restoreTime
                .filter(RestoreTime::missesObjective)
                .map(RestoreTime::concern)
                .ifPresent(concerns::add);
        var proofs = new Proofs(repository).of(repository.manifests().ids()).values();
        // Each of them, also where another backup was looked at since, or this one without a result.
        proofs.stream()
                .flatMap(standing -> standing.decided().stream())
                .filter(decided -> decided.verdict() == Verdict.BAD)
                .map(bad ->
                        "backup %s was proven bad at %s: see 'holdfast info'".formatted(bad.backup(), bad.completed()))
                .sorted()
                .forEach(concerns::add);
        var recoveryPoint = reach.flatMap(RecoverableTo::coveredUntil)
                .map(until -> Math.max(0, Duration.between(until, now).toMillis()) / 1000.0);
        repository.unreadable().all().forEach(object -> concerns.add(object.explain()));
        return new Protected(
                repository.name(),
                member.text(),
                capture.description(),
                reach.map(Reach::of),
                recoveryPoint,
                running.flatMap(status -> boxed(status.lagBytes())),
                running.flatMap(status -> boxed(status.slotRetainedBytes())),
                running.flatMap(status -> boxed(status.slotSafeBytes())),
                running.flatMap(status -> boxed(status.secondsToFullDisk())),
                known.newest().map(LastBackup::of),
                scheduled,
                restoreTime,
                proofs.stream()
                        .max(Comparator.comparing(Proofs.Standing::stored))
                        .map(ProofEntry::of),
                List.copyOf(concerns));
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    /** On the way from the newest backup to now. */
    private static List<String> divergences(WalArchive archive, Optional<TakenBackup> backup) {
        var begin = backup.map(TakenBackup::timeline);
        return archive.divergences().stream()
                .filter(found -> begin.filter(timeline -> found.timeline().compareTo(timeline) < 0)
                        .isEmpty())
                .map(Divergence::explain)
                .toList();
    }

    /** One that claims to be of the future is better than none. */
    private static KnownBackups known(Repository repository, Instant now) {
        var manifests = repository.manifests();
        var past = KnownBackups.look(manifests, now);
        var all = past.newest().isPresent() ? List.<BackupId>of() : manifests.ids();
        var known = all.isEmpty()
                ? past
                : KnownBackups.look(manifests, all.getLast().begun());
        return Generation.newest(repository)
                .map(generation -> known.ofGeneration(generation.number()))
                .orElse(known);
    }

    /** While a capture runs it says itself what it finds on its timeline; the repository is read only when that is not all. */
    private static boolean isAllOnOneTimeline(Optional<CaptureStatus> running, Optional<TakenBackup> backup) {
        var now = running.flatMap(CaptureStatus::recoverableTo).map(RecoverableTo::timeline);
        return now.isPresent() && now.equals(backup.map(TakenBackup::timeline));
    }
}
