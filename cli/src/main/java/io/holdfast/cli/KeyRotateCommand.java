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

/** {@code holdfast key rotate}. */
@Command(
        name = "rotate",
        description = {
            "Let another key take the place of the one in use, which is retired. No data are written anew.",
            "A retired key still reads, and no new process writes with it; one that runs goes on. Where several hosts have the"
                    + " key: 'key add' the new one, bring it to all of them, then 'key retire' the old one.",
            "Not an answer to a stolen key: whoever has it and a copy of an old wrap reads what is written later, too. Use 'key"
                    + " replace' for that."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast key rotate --new-key-file /etc/holdfast/shop-2026.key --generate-key",
            "  holdfast key rotate --new-passphrase --remove-old-wraps"
        })
final class KeyRotateCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private NewKeyOptions newKey;

    @Option(
            names = "--remove-old-wraps",
            description =
                    "Also remove what the old key opens, so that it opens nothing; the identity must be allowed to.")
    private boolean remove;

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
        change.make(workspace, dryRun, "the new key would be added, and the one in use retired", changes -> {
            var added = changes.rotate(newKey.key(workspace), remove);
            change.say(
                    "give the new key to every host that writes to this repository, and name it in their configuration");
            return new KeyChange.Done(
                    "rotated", added.text(), changes.inventory().epochs());
        });
        return 0;
    }
}
