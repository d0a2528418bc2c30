package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.key.KeyId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast key retire}. */
@Command(
        name = "retire",
        description = {
            "Say that a key shall not be used any more, without having it: its holder left, or it lies on a host that is gone.",
            "It still reads, unless what it opens is removed, too. Who may have copied it is answered with 'key replace'."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key retire 6f1e0b5a9c3d2e47",
            "  holdfast key retire 6f1e0b5a9c3d2e47 --remove-wraps"
        })
final class KeyRetireCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    @SuppressWarnings("unused") // the workspace asks for it
    private RecoverySheetOption recoverySheet;

    @Parameters(paramLabel = "KEY", description = "The key, as 'holdfast key list' calls it.")
    private String key = "";

    @Option(
            names = "--remove-wraps",
            description = "Also remove what it opens, so that it opens nothing; the identity must be allowed to.")
    private boolean remove;

    @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        if (!KeyId.isValid(key)) {
            throw UsageException.notAKey(key);
        }
        new KeyChange(spec, output)
                .make(Workspace.of(spec), dryRun, "key %s would be retired".formatted(key), changes -> {
                    changes.retire(new KeyId(key), remove);
                    return new KeyChange.Done(
                            "retired", key, changes.inventory().epochs());
                });
        return 0;
    }
}
