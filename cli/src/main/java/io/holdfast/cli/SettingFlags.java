package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of settings: made from the list of settings, so that flag, file and documentation cannot differ. */
final class SettingFlags {

    private static final String CONFIG = "--config";

    private SettingFlags() {}

    /** Adds to every command the flags it takes. */
    static void addTo(CommandLine commandLine) {
        commandLine.getSubcommands().values().forEach(command -> {
            if (command.getCommand() instanceof TakesSettings configured) {
                add(command.getCommandSpec(), configured);
            }
            addTo(command);
        });
    }

    private static void add(CommandSpec spec, TakesSettings command) {
        for (var setting : command.settings()) {
            setting.flag().ifPresent(flag -> spec.addOption(option(flag, setting)));
        }
        spec.addOption(OptionSpec.builder(CONFIG)
                .type(Path.class)
                .paramLabel("FILE")
                .description(
                        "Configuration file (default: HOLDFAST_CONFIG, ./holdfast.yaml, /etc/holdfast/holdfast.yaml).")
                .build());
    }

    private static OptionSpec option(String flag, Setting<?> setting) {
        var fallback = setting.defaultInWords();
        return OptionSpec.builder(flag)
                .type(setting.isPath() ? Path.class : String.class) // completion then offers files
                .paramLabel(setting.label())
                .description(setting.description() + (fallback.isEmpty() ? "" : " Default: %s.".formatted(fallback)))
                .build();
    }

    /** What was written on the command line. */
    static Map<Setting<?>, String> given(CommandSpec spec) {
        var given = new HashMap<Setting<?>, String>();
        for (var setting : Settings.ALL) {
            setting.flag().flatMap(flag -> text(spec, flag)).ifPresent(text -> given.put(setting, text));
        }
        return given;
    }

    static Optional<Path> configurationFile(CommandSpec spec) {
        return text(spec, CONFIG).map(Path::of);
    }

    private static Optional<String> text(CommandSpec spec, String flag) {
        return Optional.ofNullable(spec.findOption(flag))
                .map(OptionSpec::originalStringValues)
                .filter(values -> !values.isEmpty())
                .map(values -> values.getLast());
    }
}
