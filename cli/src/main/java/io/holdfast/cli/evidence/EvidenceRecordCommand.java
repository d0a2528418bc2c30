package io.holdfast.cli.evidence;

import io.holdfast.cli.HostEvidence;
import io.holdfast.cli.OutputOption;
import io.holdfast.cli.RunsOptions;
import io.holdfast.cli.Table;
import io.holdfast.cli.Table.Column;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.runbook.evidence.RunEvidence;
import io.holdfast.runbook.state.StateDatabase;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast evidence record}. */
@Command(
        name = "record",
        description = {
            "Put runs that have ended and plans that were published, and are in no chain yet, into the chain of this host. 'holdfast"
                    + " run', 'holdfast serve' and 'holdfast plan publish' do it by themselves; this makes up for it where the"
                    + " repository was not to be had, as after a recovery with nothing else alive."
        })
final class EvidenceRecordCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private RunsOptions options;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_EVIDENCE;
    }

    /** Where a run or a plan is in the chain. */
    record Recorded(String kind, String subject, String writer, int number, String hash) {}

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        try (var database = StateDatabase.open(options.location(Workspace.surroundings(spec)))) {
            var recorded = HostEvidence.record(workspace, database).stream()
                    .map(added -> new Recorded(
                            added.kind().name().toLowerCase(Locale.ROOT),
                            added.subject(),
                            added.head().key().writer(),
                            added.head().number(),
                            added.head().hash()))
                    .toList();
            output.print(() -> table(recorded), () -> recorded);
            var waiting = new RunEvidence(database, workspace.clock()).waiting();
            if (waiting > 0) {
                spec.commandLine()
                        .getErr()
                        .println("WARNING: %d runs are in no chain yet: another process is recording them%nHINT: %s"
                                .formatted(waiting, "try again in a moment"));
            }
            return waiting == 0 ? 0 : 1;
        }
    }

    private static Table table(List<Recorded> all) {
        var table = Table.of(
                Column.left("KIND"),
                Column.left("SUBJECT"),
                Column.left("WRITER"),
                Column.right("NUMBER"),
                Column.left("HASH"));
        for (var one : all) {
            table = table.withRow(one.kind(), one.subject(), one.writer(), one.number(), one.hash());
        }
        return table;
    }
}
