package io.holdfast.cli.plan;

import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.status.Protected;
import io.holdfast.plan.Plan;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.check.PlanFinding;
import io.holdfast.plan.file.Places;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.problem.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether the newest backup and the newest proof in the configured repository are as young as the plan demands. */
final class BackupAges {

    /** A verification of backups is due monthly, where the plan does not say it. */
    private static final Duration PROOF = Duration.ofDays(31);

    private final Workspace workspace;

    BackupAges(Workspace workspace) {
        this.workspace = workspace;
    }

    List<PlanFinding> of(Plan plan, Places places) {
        var findings = new ArrayList<PlanFinding>();
        if (workspace.configuration().find(Settings.REPOSITORY_PATH).isEmpty()) {
            findings.add(finding(
                    Severity.UNKNOWN,
                    "backup-age",
                    places,
                    "no repository is configured, so nobody looked how old the newest backup and proof are",
                    "give --repository and its key, or write them into holdfast.yaml"));
            return findings;
        }
        try {
            var now = workspace.clock().instant();
            var found = workspace.protection(now);
            backup(plan, found, places, now, findings);
            proof(plan, found, places, now, findings);
            dataLoss(plan, found, places, findings);
        } catch (HoldfastException e) {
            findings.add(finding(
                    Severity.UNKNOWN,
                    "backup-age",
                    places,
                    "the repository cannot be looked at: %s".formatted(e.getMessage()),
                    e.hint()));
        }
        return findings;
    }

    private static void backup(Plan plan, Protected found, Places places, Instant now, List<PlanFinding> findings) {
        var allowed = plan.backups().database().stream()
                .map(backup -> backup.timing().interval())
                .min(Duration::compareTo);
        if (found.lastBackup().isEmpty()) {
            findings.add(finding(
                    Severity.ERROR,
                    "backup-age",
                    places,
                    "the repository holds no backup",
                    "take one: 'holdfast backup'"));
        } else if (allowed.isPresent()) {
            var age = Duration.between(found.lastBackup().get().completed(), now);
            judge(
                    "backup-age",
                    "the newest backup",
                    age,
                    allowed.get(),
                    "take one, and see why none was taken",
                    places,
                    findings);
        }
    }

    private static void proof(Plan plan, Protected found, Places places, Instant now, List<PlanFinding> findings) {
        var good = found.lastProof().flatMap(RepositoryEvidence::good);
        if (good.isEmpty()) {
            findings.add(finding(
                    Severity.ERROR,
                    "proof-age",
                    places,
                    "no backup was ever proven to be restorable",
                    "prove one: 'holdfast verify latest'"));
            return;
        }
        var age = Duration.between(good.get().completed(), now);
        var allowed = plan.backups().provenEvery().orElse(PROOF);
        judge("proof-age", "the newest proof", age, allowed, "make one: 'holdfast verify latest'", places, findings);
    }

    private static void dataLoss(Plan plan, Protected found, Places places, List<PlanFinding> findings) {
        var rpo = plan.objectives().rpo().target();
        found.recoveryPointSeconds()
                .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
                .ifPresentOrElse(
                        loss -> judge(
                                "data-loss",
                                "what would be lost now",
                                loss,
                                rpo,
                                "see 'holdfast status'",
                                places,
                                findings),
                        () -> findings.add(finding(
                                Severity.UNKNOWN,
                                "data-loss",
                                places,
                                "what would be lost now is not known: nothing captures WAL",
                                "run 'holdfast protect' beside the database")));
    }

    private static void judge(
            String code,
            String what,
            Duration is,
            Duration allowed,
            String hint,
            Places places,
            List<PlanFinding> findings) {
        var late = is.compareTo(allowed) > 0;
        findings.add(finding(
                late ? Severity.ERROR : Severity.PASSED,
                code,
                places,
                "%s: %s, allowed are %s"
                        .formatted(
                                what, TimeSpan.inWords(Duration.ofSeconds(is.toSeconds())), TimeSpan.inWords(allowed)),
                late ? hint : ""));
    }

    private static PlanFinding finding(Severity severity, String code, Places places, String message, String hint) {
        return new PlanFinding(severity, "live." + code, places.of(List.of("backups")), message, hint);
    }
}
