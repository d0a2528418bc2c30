package io.holdfast.cli;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.status.PrometheusText;
import io.holdfast.cli.status.Protected;
import io.holdfast.cli.status.RestoreTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast status}: how well this member is protected right now. */
@Command(
        name = "status",
        description = {
            "Show how well this member is protected: what can be recovered right now, how far capture is behind, the"
                    + " last backup, and every reason for concern.",
            "Concerns are: no capture, WAL that does not arrive or is late, a backup that is missing, overdue (half as"
                    + " long again as --backup-every), failed, damaged or proven bad, and a restore that would take longer than"
                    + " backup.rto.",
            "Reads the state folder of this host and the repository; needs no server."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast status",
            "  holdfast status --check            for monitoring: ends with 1 when there is a reason for concern",
            "  holdfast status --metrics /var/lib/node_exporter/holdfast.prom"
        })
final class StatusCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--check", description = "End with 1 when there is a reason for concern.")
    private boolean check;

    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "Also write the figures to a file for Prometheus' textfile collector, replacing it at once.")
    private @Nullable Path metrics;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        Settings.OF_THE_SCHEDULE,
                        List.<Setting<?>>of(Settings.MEMBER, Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var found = workspace.protection(workspace.clock().instant());
        if (metrics != null) {
            replace(metrics, PrometheusText.of(found));
        }
        output.printText(out -> print(found, out), () -> found);
        return check && !found.concerns().isEmpty() ? 1 : 0;
    }

    private static void replace(Path file, String content) {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, content, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(Protected found, PrintWriter out) {
        out.println("repository      " + found.repository());
        out.println("capture         " + found.capture());
        found.recoverableTo().ifPresent(to -> {
            out.println("recoverable to  %s on timeline %d".formatted(to.lsn(), to.timeline()));
            out.println("last commit     " + to.lastCommit().map(Times::of).orElse("none seen"));
            out.println("covered until   " + to.coveredUntil().map(Times::of).orElse("not known"));
        });
        found.recoveryPointSeconds().ifPresent(seconds -> out.println("measured RPO    " + Times.took(seconds)));
        found.lagBytes().ifPresent(bytes -> out.println("lag             " + new ByteSize(bytes)));
        found.slotRetainedBytes().ifPresent(bytes -> out.println("kept by slot    " + new ByteSize(bytes)));
        found.slotSafeBytes().ifPresent(bytes -> out.println("slot is safe    for another " + new ByteSize(bytes)));
        found.secondsToFullDisk()
                .ifPresent(seconds -> out.println(
                        "disk is full    in %s at this rate if capture stops".formatted(Times.took(seconds))));
        found.lastBackup()
                .ifPresentOrElse(
                        backup -> out.println(
                                "last backup     %s, begun %s".formatted(backup.id(), Times.of(backup.begun()))),
                        () -> out.println("last backup     none"));
        found.lastProof()
                .ifPresent(
                        proof -> out.println("last proof      %s: %s".formatted(proof.backup(), ProofWords.of(proof))));
        found.scheduled()
                .running()
                .ifPresent(backup -> out.println("backup runs     %s since %s: %s"
                        .formatted(backup.kind(), Times.of(backup.begun()), backup.reason())));
        found.scheduled()
                .failed()
                .ifPresent(failed -> out.println("next attempt    " + Times.of(failed.nextAttempt())));
        found.restoreTime().ifPresent(time -> print(time, out));
        out.println();
        if (found.concerns().isEmpty()) {
            out.println("no reason for concern");
        }
        found.concerns().forEach(concern -> out.println("CONCERN: " + concern));
    }

    private static void print(RestoreTime time, PrintWriter out) {
        out.println("restore takes   about %s%s"
                .formatted(
                        Times.took(time.seconds()),
                        time.objectiveSeconds()
                                .map(objective -> ", the objective is " + Times.took(objective))
                                .orElse("")));
        out.println("  to copy       " + part(time.copyBytes(), time.copy()));
        out.println("  to replay     " + part(time.walBytes(), time.replay()));
    }

    private static String part(long bytes, RestoreTime.Speed speed) {
        return "%s at %s/s (%s%s)"
                .formatted(
                        new ByteSize(bytes),
                        new ByteSize(speed.bytesPerSecond()),
                        speed.meaning(),
                        speed.measured().map(at -> " at " + Times.of(at)).orElse(""));
    }
}
