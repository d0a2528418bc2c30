package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.JsonSchema;
import io.holdfast.cli.configuration.Origin;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast config}: what is configured, and who says so. */
@Command(
        name = "config",
        description = {
            "Check the configuration and show every setting: its value, and whether a flag, a variable, the file or"
                    + " a default gives it.",
            "Nothing is connected to or opened."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast config                              what counts here",
            "  holdfast config --schema > holdfast.schema.json    for an editor that completes holdfast.yaml"
        })
final class ConfigCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--schema", description = "Print the JSON Schema of holdfast.yaml instead.")
    private boolean schema;

    @Override
    public List<Setting<?>> settings() {
        return Settings.ALL;
    }

    @Override
    public Integer call() {
        if (schema) {
            spec.commandLine().getOut().println(Json.write(JsonSchema.document()));
            return 0;
        }
        var configuration = Workspace.of(spec).configuration();
        var rows = Settings.ALL.stream()
                .map(setting -> Row.of(setting, configuration))
                .toList();
        output.print(() -> table(rows), () -> rows);
        return 0;
    }

    /**
     * One setting.
     *
     * @param value as it was written; empty if nothing gives it
     * @param origin flag, environment, file or default
     */
    record Row(String setting, String value, String origin) {

        static Row of(Setting<?> setting, Configuration configuration) {
            var origin = configuration.origin(setting).orElse(Origin.DEFAULT);
            return new Row(
                    setting.path(),
                    configuration.text(setting).orElse(""),
                    origin.name().toLowerCase(Locale.ROOT));
        }
    }

    private static Table table(List<Row> rows) {
        var table = Table.of(Column.left("SETTING"), Column.left("VALUE"), Column.left("FROM"));
        for (var row : rows) {
            table = table.withRow(row.setting(), row.value().isEmpty() ? "-" : row.value(), row.origin());
        }
        return table;
    }
}
