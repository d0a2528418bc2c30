package io.holdfast.cli.status;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The figures in Prometheus' text format; a figure that is not known is left out, never zero. */
public final class PrometheusText {

    private final StringBuilder text = new StringBuilder();
    private final String labels;

    private PrometheusText(Protected found) {
        this.labels = "{repository=\"%s\",member=\"%s\"}".formatted(found.repository(), found.member());
    }

    public static String of(Protected found) {
        var text = new PrometheusText(found);
        text.gauge(
                "holdfast_covered_until_timestamp_seconds",
                "Server's clock when every flushed byte of WAL was stored.",
                found.recoverableTo().flatMap(Protected.Reach::coveredUntil).map(PrometheusText::seconds));
        text.gauge(
                "holdfast_last_commit_timestamp_seconds",
                "Time of the last recoverable commit.",
                found.recoverableTo().flatMap(Protected.Reach::lastCommit).map(PrometheusText::seconds));
        text.gauge("holdfast_recovery_point_seconds", "Measured RPO.", found.recoveryPointSeconds());
        text.gauge(
                "holdfast_capture_lag_bytes",
                "WAL flushed and not stored.",
                found.lagBytes().map(Long::doubleValue));
        text.gauge(
                "holdfast_slot_retained_bytes",
                "WAL that the server keeps for the slot.",
                found.slotRetainedBytes().map(Long::doubleValue));
        text.gauge(
                "holdfast_server_disk_full_seconds",
                "Time until WAL fills the server's disk if capture stops.",
                found.secondsToFullDisk().map(Long::doubleValue));
        text.gauge(
                "holdfast_last_backup_timestamp_seconds",
                "When the newest backup was begun.",
                found.lastBackup().map(backup -> seconds(backup.begun())));
        text.gauge(
                "holdfast_last_backup_damaged_pages",
                "Damaged pages in the newest backup.",
                found.lastBackup().map(backup -> (double) backup.damagedPages()));
        text.gauge(
                "holdfast_backup_failures",
                "Scheduled backups that failed since the last that did not.",
                Optional.of(found.scheduled()
                        .failed()
                        .map(failed -> (double) failed.failures())
                        .orElse(0.0)));
        text.gauge(
                "holdfast_restore_predicted_seconds",
                "Time that a restore to the latest point would take.",
                found.restoreTime().map(RestoreTime::seconds));
        text.gauge("holdfast_concerns", "Reasons for concern.", Optional.of((double)
                found.concerns().size()));
        return text.text.toString();
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private void gauge(String name, String help, Optional<Double> value) {
        value.ifPresent(known -> text.append("# HELP %s %s\n# TYPE %s gauge\n".formatted(name, help, name))
                .append(String.format(Locale.ROOT, "%s%s %.3f\n", name, labels, known)));
    }
}
