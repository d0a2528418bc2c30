package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast key replace}. */
@Command(
        name = "replace",
        description = {
            "Begin a new epoch with a new data key, which only the new key opens: the answer to a stolen key.",
            "Nothing that is written from now on can be read with any key that there was before, recovery sheets among them. What"
                    + " was written before stays readable for whoever has both.",
            "Captures and backups with the old key stop writing within seconds; captured WAL waits in the spool until they get"
                    + " the new key. The next backup is a full one."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key replace --new-key-file /etc/holdfast/shop-2026.key --generate-key",
            "",
            "Next: the new key to every host, 'holdfast backup', 'holdfast key export'."
        })
final class KeyReplaceCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Mixin
    private NewKeyOptions newKey;

    @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        newKey.requireOne();
        var workspace = Workspace.of(spec);
        var change = new KeyChange(spec, output);
        change.make(workspace, dryRun, "a new epoch would begin, which only the new key opens", changes -> {
            int epoch = changes.replace(List.of(newKey.key(workspace)));
            var left = changes.inventory().keys().stream()
                    .filter(key -> !key.epochs().contains(epoch))
                    .map(key -> key.label().isEmpty() ? key.key().text() : key.label())
                    .collect(Collectors.joining(", "));
            change.say("these keys do not open epoch %d: %s".formatted(epoch, left));
            change.say(
                    "give the new key to every host that writes to this repository and start captures again; take a backup,"
                            + " which will be full; make a new recovery sheet with 'holdfast key export'");
            var added = changes.inventory().keys().stream()
                    .filter(key -> key.epochs().contains(epoch))
                    .map(key -> key.key().text())
                    .collect(Collectors.joining(" "));
            return new KeyChange.Done("replaced", added, epoch);
        });
        return 0;
    }
}
