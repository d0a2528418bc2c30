package io.holdfast.postgres.verify;

import io.holdfast.embedded.EmbeddedPostgresException;
import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.restore.InertSettings;
import io.holdfast.postgres.restore.Reachability;
import io.holdfast.postgres.restore.RecoveryCatalogue;
import io.holdfast.postgres.restore.RecoveryEnd;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestoreException;
import io.holdfast.postgres.restore.RestorePlanner;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.RestoreResult;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies one backup, once: restores it into a sandbox, starts it there, looks at it, removes it, and says what was found. What
 * stands in the way of that makes the verdict undetermined, and is no exception. {@link #run} is called by one thread,
 * {@link #cancel} by any.
 */
public final class BackupVerification {

    private static final Logger LOG = LoggerFactory.getLogger(BackupVerification.class);

    /** The WAL comes from this process, while it waits for the server: what recovers holds no way to the repository. */
    private static final RepositoryReference NOWHERE = new RepositoryReference("-", "-");

    private static final List<String> NO_PREFETCHER = List.of("false");
    private static final String INTERRUPTED = "it was interrupted";

    private final Repository repository;
    private final StoredBackup backup;
    private final VerificationRequest request;
    private final VerificationProgress progress;
    private final InstantSource clock;
    private final Pause pause;
    private final Tallies tallies;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable Thread runner;
    private volatile @Nullable Sandbox inUse;
    private volatile boolean canceled;
    private Optional<RestoreResult> restored = Optional.empty();
    private Optional<Path> kept = Optional.empty();
    private String obstacle = "it was not come to";

    public BackupVerification(
            Repository repository,
            StoredBackup backup,
            VerificationRequest request,
            VerificationProgress progress,
            InstantSource clock,
            Pause pause) {
        this.repository = repository;
        this.backup = backup;
        this.request = request;
        this.progress = progress;
        this.clock = clock;
        this.pause = pause;
        this.tallies = new Tallies(request::asks, clock, () -> canceled ? Optional.of(INTERRUPTED) : Optional.empty());
    }

    /**
     * What {@link #run} has done.
     *
     * @param restore absent if no server came up
     * @param sandbox that was kept
     */
    public record Outcome(Proof proof, Optional<RestoreResult> restore, Optional<Path> sandbox) {}

    /** What would be restored; touches nothing. */
    public Reachability plan() {
        var catalogue = RecoveryCatalogue.load(repository, generation());
        return catalogue
                .archive()
                .settled(() ->
                        new RestorePlanner(catalogue).decide(target(), Optional.empty(), Optional.of(backup.id())));
    }

    /** Runs to the end. An interrupt ends it early; the thread is not interrupted afterwards. */
    public Outcome run() {
        var begun = clock.instant();
        runner = Thread.currentThread();
        try {
            check();
        } catch (HoldfastException e) {
            stopped(e);
        } catch (InterruptedException _) {
            obstacle = INTERRUPTED;
        } finally {
            runner = null;
            if (Thread.interrupted()) {
                obstacle = INTERRUPTED;
            }
            done.countDown();
        }
        var checks = tallies.checks(obstacle);
        var proof = new Proof(
                Proof.VERSION,
                backup.id(),
                backup.manifest().generation(),
                Proof.verdict(checks),
                request.target(),
                begun,
                clock.instant(),
                request.by(),
                restored.flatMap(BackupVerification::recovered),
                backup.manifest().totals().bytes(),
                restored.map(result -> seconds(result.copyTime())),
                checks);
        return new Outcome(proof, restored, kept);
    }

    /** Ends a run that is under way, and waits until nothing of its sandbox is left. */
    public void cancel() throws InterruptedException {
        canceled = true;
        var running = runner;
        if (running == null) {
            return;
        }
        running.interrupt();
        var sandbox = inUse;
        if (sandbox != null) {
            // A statement of a server does not hear an interrupt.
            sandbox.kill();
        }
        done.await();
    }

    private void stopped(HoldfastException e) {
        if (canceled) {
            obstacle = INTERRUPTED;
            return;
        }
        LOG.debug("the verification ended early backup={} code={}", backup.id(), e.code(), e);
        obstacle = String.valueOf(e.getMessage());
    }

    private OptionalInt generation() {
        return OptionalInt.of(backup.manifest().generation());
    }

    private RecoveryTarget target() {
        return switch (request.target()) {
            case BACKUP_END -> new RecoveryTarget.Immediate();
            case LATEST -> new RecoveryTarget.Latest();
        };
    }

    private static Optional<Proof.Recovered> recovered(RestoreResult result) {
        var plan = result.plan();
        return result.end()
                .filter(RecoveryEnd::isAsPlanned)
                .flatMap(_ -> result.recoveryTime())
                .map(time -> new Proof.Recovered(
                        plan.timeline(),
                        plan.stop().end(),
                        plan.lastCommit().map(commit -> commit.time()),
                        seconds(time)));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private void check() throws InterruptedException {
        if (canceled) {
            // Before there was a thread to interrupt.
            throw new InterruptedException();
        }
        if (!isReachable()) {
            return;
        }
        var bin = request.programs().apply(backup.details().serverVersion() / 10000);
        Sandbox.sweep(request.folder())
                .forEach(gone ->
                        progress.remark("removed '%s', left by a verification that was killed".formatted(gone)));
        try (var sandbox = Sandbox.create(request.folder())) {
            inUse = sandbox;
            var result = restore(sandbox, bin);
            if (result.isPresent()) {
                restored = result;
                look(new SandboxServer(sandbox, bin, pause), sandbox);
            }
            if (request.keep() && !canceled) {
                sandbox.kill();
                sandbox.keep();
                kept = Optional.of(sandbox.folder());
            }
        } finally {
            inUse = null;
        }
    }

    private boolean isReachable() {
        var recovery = tallies.of(CheckKind.RECOVERY);
        var reach = plan();
        if (reach instanceof Reachability.Reachable) {
            return true;
        }
        if (reach.isLoss() && isListedAsItIs()) {
            recovery.wrong(reach.explain());
        } else {
            recovery.unchecked(reach.explain());
        }
        obstacle = "it cannot be recovered";
        return false;
    }

    /** Elsewhere what is missing may only not be listed yet. */
    private boolean isListedAsItIs() {
        return repository.store().capabilities().contains(Capability.CONSISTENT_LISTING);
    }

    /** Empty if that failed, which is counted then. */
    private Optional<RestoreResult> restore(Sandbox sandbox, Path bin) {
        var settings = Map.of("log_line_prefix", Damage.LOG_LINE_PREFIX);
        var wanted = RestoreRequest.of(sandbox.data(), target(), NOWHERE, NO_PREFETCHER)
                .withGeneration(backup.manifest().generation())
                .withBackup(backup.id())
                .withAction(TargetAction.PROMOTE)
                .withJobs(request.jobs())
                .withInert(new InertSettings(sandbox.sockets(), Optional.empty(), List.of()))
                .withStart(new ServerStart(bin, settings));
        var phases = new PhaseWatch(progress.restore());
        try {
            var result = new Restore(repository, wanted, phases, clock, pause).run();
            count(result);
            return Optional.of(result);
        } catch (HoldfastException e) {
            if (canceled || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            failed(e, phases.isRecovering(), sandbox);
            return Optional.empty();
        }
    }

    private void count(RestoreResult result) {
        var restore = tallies.of(CheckKind.RESTORE);
        restore.right(result.files());
        restore.took(result.copyTime());
        var recovery = tallies.of(CheckKind.RECOVERY);
        result.recoveryTime().ifPresent(recovery::took);
        if (request.target() == Proof.Target.LATEST) {
            result.plan().cutShort().ifPresent(isListedAsItIs() ? recovery::wrong : recovery::unchecked);
        }
        switch (result.end().orElseThrow()) {
            case RecoveryEnd.AsPlanned _ -> recovery.right(1);
            case RecoveryEnd.Elsewhere elsewhere -> recovery.wrong(elsewhere.explain());
            case RecoveryEnd.Unknown unknown -> recovery.unchecked(unknown.explain());
        }
    }

    /** Whether that is the backup's fault. */
    private void failed(HoldfastException e, boolean recovering, Sandbox sandbox) {
        if (recovering) {
            tallies.of(CheckKind.RESTORE).right(backup.manifest().totals().files());
        }
        var tally = tallies.of(recovering ? CheckKind.RECOVERY : CheckKind.RESTORE);
        var line = String.valueOf(e.getMessage());
        var why = e.getCause() instanceof HoldfastException cause ? ": " + cause.getMessage() : "";
        boolean ended = e.code().equals(RestoreException.SERVER_ENDED);
        if (e.kind() == ProblemKind.DAMAGED || (ended && Damage.ended(log(sandbox)))) {
            tally.wrong(line + why);
        } else {
            tally.unchecked(line + why);
        }
        obstacle = recovering ? "the server did not recover" : "the backup was not restored";
    }

    private static String log(Sandbox sandbox) {
        try {
            return new String(
                    Files.readAllBytes(sandbox.data().resolve(RestoreResult.SERVER_LOG)), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }

    private void look(SandboxServer server, Sandbox sandbox) throws InterruptedException {
        Optional<DatabaseChecks.Entrance> entrance = Optional.empty();
        try {
            entrance = Optional.of(
                    new DatabaseChecks(server, backup.details().serverVersion() / 10000, request, tallies, progress)
                            .run());
        } catch (HoldfastException e) {
            if (canceled) {
                throw e;
            }
            notEntered(e);
        }
        try {
            server.stop();
        } catch (EmbeddedPostgresException | SandboxException e) {
            stopped(e);
            return;
        }
        new PageChecks(server, sandbox.data(), request, tallies.of(CheckKind.PAGES), progress).run(entrance);
    }

    private void notEntered(HoldfastException e) {
        obstacle = "the server could not be asked";
        var databases = tallies.of(CheckKind.DATABASES);
        if (e instanceof ServerException said && Damage.isSaidBy(said)) {
            databases.wrong(Damage.words(said));
        } else {
            databases.unchecked(String.valueOf(e.getMessage()));
        }
    }
}
