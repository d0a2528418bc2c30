package io.holdfast.plan.check;

import io.holdfast.plan.BackupStrategy.DatabaseBackup;
import io.holdfast.plan.BackupStrategy.Method;
import io.holdfast.plan.Plan;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.procedure.Procedure;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code plan.objective-rpo} and others: what is lost by each way to recover, against what may be lost. */
final class DataLoss implements Rule {

    @Override
    public List<String> sections() {
        return List.of("objectives", "backups", "procedures", "environments");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        var rpo = plan.objectives().rpo().target();
        capture(plan, rpo, report);
        for (var procedure : plan.procedures()) {
            dump(plan, procedure, rpo, report);
            replica(plan, procedure, rpo, report);
        }
    }

    private static void capture(Plan plan, Duration rpo, Report report) {
        var wal = plan.backups().wal();
        var path = Paths.of("backups", "wal");
        if (wal.isEmpty()) {
            return;
        }
        var interval = wal.get().interval();
        if (interval.compareTo(rpo) > 0) {
            report.warning(
                    "plan.objective-rpo",
                    "WAL is archived every %s: up to %s are lost, %s more than the RPO of %s"
                            .formatted(words(interval), words(interval), words(interval.minus(rpo)), words(rpo)),
                    "archive it more often, or promise less",
                    Paths.of(path, "interval"));
        } else {
            report.passed(
                    "plan.objective-rpo",
                    "WAL is archived every %s: recovery to a point in time loses at most that, within the RPO of %s"
                            .formatted(words(interval), words(rpo)),
                    path);
        }
        if (plan.backups().database().stream().noneMatch(backup -> backup.method() == Method.PHYSICAL)) {
            report.warning(
                    "plan.wal-without-backup",
                    "no physical backup is planned for the WAL archive to begin from: WAL cannot be replayed onto a dump",
                    "plan a backup with method physical, or say which backups recovery to a point in time begins from",
                    path);
        }
    }

    private static void dump(Plan plan, Procedure procedure, Duration rpo, Report report) {
        var dump = plan.backups().database().stream()
                .filter(backup -> backup.method() == Method.DUMP)
                .min(Comparator.comparing(
                        (DatabaseBackup backup) -> backup.timing().interval()));
        var use = Walk.usesWithNested(plan, procedure).stream()
                .filter(it -> it.role() == Use.Role.WORK && it.is("postgres.swap-database", "postgres.restore-dump"))
                .findFirst();
        if (dump.isEmpty() || use.isEmpty() || variant(plan, procedure)) {
            return;
        }
        var lost = dump.get().timing().interval();
        var path = Paths.of("procedures", procedure.id());
        if (lost.compareTo(rpo) > 0) {
            report.warning(
                    "plan.objective-rpo",
                    "'%s' recovers from a dump that is taken every %s: it loses up to %s, %s more than the RPO of %s"
                            .formatted(procedure.id(), words(lost), words(lost), words(lost.minus(rpo)), words(rpo)),
                    "recover from backups and WAL instead, dump more often, or say that this way promises less",
                    path);
        } else {
            report.passed(
                    "plan.objective-rpo",
                    "'%s' recovers from a dump that is taken every %s: it loses at most that, within the RPO of %s"
                            .formatted(procedure.id(), words(lost), words(rpo)),
                    path);
        }
    }

    /** On a host of ours, where a dump is one way of two and the other has WAL. */
    private static boolean variant(Plan plan, Procedure procedure) {
        return plan.environments().stream()
                .anyMatch(environment -> environment.variants().containsValue(procedure.id()));
    }

    /** A replica that is promoted has lost what it had not received. */
    private static void replica(Plan plan, Procedure procedure, Duration rpo, Report report) {
        var uses = Walk.usesWithNested(plan, procedure);
        var promotion = uses.stream()
                .filter(use -> use.role() == Use.Role.WORK && use.is("aws.rds.promote-read-replica"))
                .findFirst();
        if (promotion.isEmpty()) {
            return;
        }
        var bound = uses.subList(0, uses.indexOf(promotion.get())).stream()
                .filter(use -> use.is("aws.rds.check"))
                .flatMap(use -> bound(use).stream())
                .findFirst();
        var path = promotion.get().path();
        if (bound.isEmpty()) {
            report.warning(
                    "plan.objective-rpo",
                    "'%s' promotes a replica without asking how far behind it is: what is lost is not known, against an RPO of %s"
                            .formatted(procedure.id(), words(rpo)),
                    "add a gate: uses: aws.rds.check, with: {instance: ..., replica-lag-within: ...}",
                    path);
        } else if (bound.get().compareTo(rpo) > 0) {
            report.warning(
                    "plan.objective-rpo",
                    "'%s' promotes a replica that may be %s behind, %s more than the RPO of %s"
                            .formatted(
                                    procedure.id(),
                                    words(bound.get()),
                                    words(bound.get().minus(rpo)),
                                    words(rpo)),
                    "allow it less",
                    path);
        }
    }

    private static Optional<Duration> bound(Use use) {
        return TimeSpan.of(use.input("replica-lag-within"));
    }

    private static String words(Duration span) {
        return TimeSpan.inWords(span);
    }
}
