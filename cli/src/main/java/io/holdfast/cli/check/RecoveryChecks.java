package io.holdfast.cli.check;

import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.restore.RecoveryRemains;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a recovery that has ended left something by which a standby made from this server would stop at its target. */
final class RecoveryChecks {

    private static final String CODE = "check.recovery-remains";

    private final Findings findings;

    RecoveryChecks(Findings findings) {
        this.findings = findings;
    }

    void run(ServerFacts facts, Path directory) {
        if (facts.inRecovery()) {
            return;
        }
        findings.attempt(CODE, () -> look(RecoveryRemains.in(directory), directory));
    }

    private void look(RecoveryRemains remains, Path directory) {
        var settings = Stream.concat(remains.settings().stream(), remains.targets().stream())
                .distinct()
                .sorted()
                .toList();
        if (settings.isEmpty() && !remains.hasFolder()) {
            findings.passed(CODE, "no recovery target is left in the configuration");
            return;
        }
        var reset = settings.stream().map("ALTER SYSTEM RESET %s;"::formatted).collect(Collectors.joining(" "));
        var ours = remains.isEmpty()
                ? ""
                : "start 'holdfast protect' or 'holdfast capture', which removes what a restore left; or: ";
        var folder = remains.hasFolder() ? " rm -r '%s'".formatted(remains.folder()) : "";
        findings.warning(
                CODE,
                "a recovery that has ended is still configured in '%s' (%s): a standby made from it would stop at its target"
                        .formatted(
                                directory,
                                settings.isEmpty() ? remains.folder().getFileName() : String.join(", ", settings)),
                (ours + reset + folder).strip());
    }
}
