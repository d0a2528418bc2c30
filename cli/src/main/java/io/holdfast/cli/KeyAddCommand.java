package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast key add}. */
@Command(
        name = "add",
        description = {
            "Let a further key open everything in the repository.",
            "The key in use stays as it is. A key that opens everything already is left alone, one that lacks something gets it."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key add --new-key-file standby.key --generate-key --label 'host standby'",
            "  holdfast key add --new-passphrase --label 'on call'",
            "  holdfast key add --new-kms-key arn:aws:kms:eu-west-1:111122223333:key/mrk-... --label 'KMS in the other region'"
        })
final class KeyAddCommand implements Callable<Integer>, TakesSettings {

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
        new KeyChange(spec, output)
                .make(
                        workspace,
                        dryRun,
                        "the new key would be added",
                        changes -> new KeyChange.Done(
                                "added",
                                changes.add(newKey.key(workspace)).text(),
                                changes.inventory().epochs()));
        return 0;
    }
}
