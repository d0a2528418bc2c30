package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.retention.Holds;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast hold release}. */
@Command(name = "release", description = "End a hold: what it held goes when the policy lets it go.")
final class HoldReleaseCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Parameters(paramLabel = "HOLD", description = "Its number, as 'holdfast hold list' shows it.")
    private int number;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever asks later.")
    private String reason = "released";

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        try (var repository = Workspace.of(spec).openRepositoryToHold()) {
            var hold = new Holds(repository).release(number, reason, HoldCommand.author());
            var entry = HoldCommand.Entry.of(hold, repository.store().now());
            output.printText(out -> out.println(entry.describe()), () -> entry);
        }
        return 0;
    }
}
