package io.holdfast.cli.configuration;

import java.util.stream.Collectors;

/** The settings as a table in Markdown, for {@code docs/configuration.md}. */
final class SettingsTable {

    private SettingsTable() {}

    static String markdown() {
        return "| key in holdfast.yaml | flag | value | default | meaning |\n|---|---|---|---|---|\n"
                + Settings.ALL.stream().map(SettingsTable::row).collect(Collectors.joining("\n"));
    }

    private static String row(Setting<?> setting) {
        return "| `%s` | %s | %s | %s | %s |"
                .formatted(
                        setting.path(),
                        setting.flag().map("`%s`"::formatted).orElse(""),
                        setting.label(),
                        setting.defaultInWords(),
                        setting.description());
    }
}
