package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.progress.BackupVerificationLines;
import io.holdfast.cli.progress.RestoreLines;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.protect.RestoreRates;
import io.holdfast.postgres.restore.Reachability;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.postgres.verify.BackupVerification;
import io.holdfast.postgres.verify.Check;
import io.holdfast.postgres.verify.Proof;
import io.holdfast.postgres.verify.Proofs;
import io.holdfast.postgres.verify.Verdict;
import io.holdfast.postgres.verify.VerificationRequest;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.evidence.EvidenceKind;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code holdfast verify BACKUP}: restores it, looks at it, and stores the proof. */
record BackupProving(CommandSpec spec, OutputOption output, BackupVerificationOptions options, int jobs) {

    private static final String NEWEST = "latest";

    /** When somebody ends the command: time enough to store that nothing was determined. */
    private static final int PATIENCE_SECONDS = 30;

    int run(String which) {
        if (!which.equals(NEWEST) && !BackupId.isValid(which)) {
            throw UsageException.notABackup(which);
        }
        var workspace = Workspace.of(spec);
        try (var repository =
                options.dryRun() ? workspace.openRepositoryForReading() : workspace.openRepositoryToRestore()) {
            var backup = StoredBackup.of(find(repository, which));
            var passedOver = which.equals(NEWEST) ? newerDamaged(repository, backup.id()) : List.<Unreadable>of();
            var verification = new BackupVerification(
                    repository, backup, request(workspace), lines(workspace), workspace.clock(), workspace.pause());
            int exitCode = options.dryRun()
                    ? plan(workspace, backup, verification)
                    : prove(workspace, repository, verification);
            passedOver.forEach(this::tell);
            return passedOver.isEmpty() ? exitCode : ProblemKind.DAMAGED.exitCode();
        }
    }

    /** Manifests that cannot be read of backups that would be the newest, by their names. */
    private static List<Unreadable> newerDamaged(Repository repository, BackupId newest) {
        return repository.manifests().look().unreadable().stream()
                .filter(found -> BackupId.isValid(found.object().name())
                        && found.object().name().compareTo(newest.text()) > 0)
                .toList();
    }

    private void tell(Unreadable manifest) {
        spec.commandLine()
                .getErr()
                .println("ERROR: backup %s is newer and cannot be restored: %s%nHINT: %s"
                        .formatted(
                                manifest.object().name(),
                                manifest.why(),
                                "take another backup, and run 'holdfast verify', which says what is damaged; what nobody of yours has stored"
                                        + " goes with 'holdfast expire --foreign " + manifest.object() + "'"));
    }

    private static Manifest find(Repository repository, String which) {
        if (!which.equals(NEWEST)) {
            return repository.manifests().find(new BackupId(which)).orElseThrow(() -> UsageException.notABackup(which));
        }
        return repository.manifests().newest().orElseThrow(UsageException::noBackupToVerify);
    }

    private BackupVerificationLines lines(Workspace workspace) {
        var err = spec.commandLine().getErr();
        var configuration = workspace.configuration();
        return new BackupVerificationLines(
                err,
                new RestoreLines(
                        err,
                        workspace.clock(),
                        configuration.get(Settings.RETENTION_BACKUPS),
                        configuration.get(Settings.RETENTION_WAL)));
    }

    private VerificationRequest request(Workspace workspace) {
        return new VerificationRequest(
                options.latest() ? Proof.Target.LATEST : Proof.Target.BACKUP_END,
                workspace::binDirectory,
                workspace.resolve(options.into()),
                options.keep(),
                jobs == 0 ? BackupRequest.defaultJobs() : jobs,
                options.without().stream()
                        .map(BackupVerificationOptions.Omission::kind)
                        .collect(Collectors.toSet()),
                options.queries(),
                Stream.concat(Stream.of("postgres"), workspace.configuration().find(Settings.USER).stream())
                        .distinct()
                        .toList(),
                HoldCommand.author());
    }

    private int plan(Workspace workspace, StoredBackup backup, BackupVerification verification) {
        int major = backup.details().serverVersion() / 10000;
        var reach = verification.plan();
        var plan = new Plan(
                backup.id().text(),
                request(workspace).target().toString(),
                reach instanceof Reachability.Reachable,
                reach.explain(),
                request(workspace).folder().toString(),
                backup.manifest().totals().bytes(),
                workspace.binDirectory(major).toString());
        output.printText(
                out -> {
                    out.println("backup       %s, %s".formatted(plan.backup(), new ByteSize(plan.bytes())));
                    out.println("target       %s: %s".formatted(plan.target(), plan.reach()));
                    out.println("sandbox in   " + plan.folder());
                    out.println("programs     " + plan.programs());
                },
                () -> plan);
        spec.commandLine().getErr().println("this was a dry run: nothing was touched");
        return plan.reachable() ? 0 : ProblemKind.DAMAGED.exitCode();
    }

    /** What would be done. */
    record Plan(
            String backup,
            String target,
            boolean reachable,
            String reach,
            String folder,
            long bytes,
            String programs) {}

    private int prove(Workspace workspace, Repository repository, BackupVerification verification) {
        var finished = new CountDownLatch(1);
        ShutDown.closing(() -> {
            verification.cancel();
            var _ = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        });
        try {
            var outcome = verification.run();
            outcome.restore()
                    .ifPresent(done -> RestoreRates.remember(
                            workspace.stateFolder(), done, workspace.clock().instant()));
            var stored = store(workspace, repository, outcome.proof());
            var result = Result.of(outcome, stored);
            output.printText(out -> print(result, out), () -> result);
            return exitCode(outcome.proof().verdict(), stored.isPresent());
        } finally {
            finished.countDown();
        }
    }

    /** Bad as damage, undetermined as a machine that lacks something; one that was not stored is no success. */
    private static int exitCode(Verdict verdict, boolean stored) {
        return switch (verdict) {
            case GOOD -> stored ? 0 : 1;
            case BAD -> ProblemKind.DAMAGED.exitCode();
            case UNDETERMINED -> ProblemKind.ENVIRONMENT.exitCode();
        };
    }

    /** What was found is told in any case. */
    private Optional<ObjectKey> store(Workspace workspace, Repository repository, Proof proof) {
        try {
            repository.writeObstacle().ifPresent(obstacle -> {
                throw obstacle;
            });
            var stored = new Proofs(repository).store(proof, new SecureRandom());
            HostEvidence.add(
                    workspace,
                    repository,
                    EvidenceKind.PROOF,
                    stored.text(),
                    proof,
                    spec.commandLine().getErr());
            return Optional.of(stored);
        } catch (HoldfastException e) {
            spec.commandLine()
                    .getErr()
                    .println("WARNING: the proof is not stored: %s%nHINT: %s".formatted(e.getMessage(), e.hint()));
            return Optional.empty();
        }
    }

    /**
     * What was found.
     *
     * @param restoreSeconds until the server took writes
     * @param seconds of everything
     * @param proof its object; absent if it could not be stored
     * @param sandbox that was kept
     */
    record Result(
            String backup,
            String verdict,
            String target,
            Optional<String> recoveredTo,
            Optional<Integer> timeline,
            Optional<Instant> lastCommit,
            Optional<Double> restoreSeconds,
            double seconds,
            List<Checked> checks,
            Optional<String> proof,
            Optional<String> sandbox) {

        /** @param verdict also {@code not asked} */
        record Checked(
                String check,
                String verdict,
                long right,
                long wrong,
                long unchecked,
                double seconds,
                List<String> findings,
                List<String> doubts) {

            static Checked of(Check check) {
                boolean silent = !check.asked() && check.wrong() == 0;
                return new Checked(
                        check.kind().toString(),
                        silent ? "not asked" : check.verdict().toString(),
                        check.right(),
                        check.wrong(),
                        check.unchecked(),
                        check.seconds(),
                        check.findings(),
                        check.doubts());
            }
        }

        static Result of(BackupVerification.Outcome outcome, Optional<ObjectKey> stored) {
            var proof = outcome.proof();
            var recovered = proof.recovered();
            return new Result(
                    proof.backup().text(),
                    proof.verdict().toString(),
                    proof.target().toString(),
                    recovered.map(server -> server.to().toString()),
                    recovered.map(server -> server.timeline().number()),
                    recovered.flatMap(Proof.Recovered::lastCommit),
                    proof.restoreTime().map(time -> time.toMillis() / 1000.0),
                    Duration.between(proof.begun(), proof.completed()).toMillis() / 1000.0,
                    proof.checks().stream().map(Checked::of).toList(),
                    stored.map(ObjectKey::text),
                    outcome.sandbox().map(Object::toString));
        }
    }

    private static void print(Result result, PrintWriter out) {
        out.println("backup       " + result.backup());
        out.println("target       %s%s"
                .formatted(
                        result.target(),
                        result.recoveredTo()
                                .map(to -> ": %s on timeline %d"
                                        .formatted(to, result.timeline().orElseThrow()))
                                .orElse("")));
        result.lastCommit().ifPresent(time -> out.println("last commit  " + Times.of(time)));
        result.restoreSeconds().ifPresent(seconds -> out.println("restored     in " + Times.took(seconds)));
        out.println("verdict      %s, after %s".formatted(result.verdict(), Times.took(result.seconds())));
        out.println("proof        " + result.proof().orElse("NOT STORED"));
        result.sandbox().ifPresent(sandbox -> out.println("kept         " + sandbox));
        out.println();
        var table = Table.of(
                Column.left("CHECK"),
                Column.left("VERDICT"),
                Column.right("RIGHT"),
                Column.right("WRONG"),
                Column.right("NOT JUDGED"),
                Column.right("TOOK"));
        for (var check : result.checks()) {
            table = table.withRow(
                    check.check(),
                    check.verdict(),
                    check.right(),
                    check.wrong(),
                    check.unchecked(),
                    Times.took(check.seconds()));
        }
        table.print(out);
        out.println();
        result.checks().forEach(check -> check.findings().forEach(line -> out.println("WRONG: " + line)));
        result.checks().stream()
                .flatMap(check -> check.doubts().stream())
                .distinct()
                .forEach(line -> out.println("NOT JUDGED: " + line));
    }
}
