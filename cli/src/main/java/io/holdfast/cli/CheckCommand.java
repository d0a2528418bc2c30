package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.check.CheckRequest;
import io.holdfast.cli.check.SetupCheck;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.problem.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast check}: whether everything is as it must be, and how to fix what is not. */
@Command(
        name = "check",
        description = {
            "Check everything that backups need: the server's settings, the role, a replication connection, the data"
                    + " directory, the clocks, the repository with a write and read back, its key, free space.",
            "Every finding that is not 'passed' says how to fix it. Exit code 0: no errors, perhaps warnings; 1: errors.",
            "Leaves one object of about 200 bytes beneath check/ in the repository, unless --no-write."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast check",
            "  holdfast check -o json | jq '.[] | select(.severity == \"ERROR\")'"
        })
final class CheckCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--no-write", description = "Do not try to write to the repository.")
    private boolean noWrite;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        Settings.OF_THE_SERVER,
                        List.<Setting<?>>of(Settings.CAPTURE_SLOT, Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var configuration = workspace.configuration();
        var request = new CheckRequest(
                configuration.get(Settings.CAPTURE_SLOT),
                configuration.get(Settings.CAPTURE_ACK),
                configuration.get(Settings.REPOSITORY_PATH),
                workspace.keyRegions(),
                workspace.spool(),
                configuration.get(Settings.CAPTURE_SPOOL_LIMIT),
                !noWrite);
        var findings = new SetupCheck(request, workspace.clock())
                .run(workspace::server, noWrite ? workspace::openRepositoryForReading : workspace::openRepository);
        output.printText(out -> print(findings, out), () -> findings);
        return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR) ? 1 : 0;
    }

    private static void print(List<Finding> findings, PrintWriter out) {
        var table = Table.of(Column.left("RESULT"), Column.left("CHECK"), Column.left("FINDING"));
        for (var finding : findings) {
            table = table.withRow(
                    finding.severity().name().toLowerCase(Locale.ROOT),
                    finding.code().substring(finding.code().indexOf('.') + 1),
                    finding.message());
        }
        table.print(out);
        var open =
                findings.stream().filter(finding -> !finding.hint().isEmpty()).toList();
        if (!open.isEmpty()) {
            out.println();
            open.forEach(finding -> out.println("%s (%s)%n  %s"
                    .formatted(finding.message(), finding.severity().name().toLowerCase(Locale.ROOT), finding.hint())));
        }
    }
}
