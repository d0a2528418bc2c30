package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyChanges;
import java.security.SecureRandom;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands that change keys share: opening, a dry run, and saying what was done. */
final class KeyChange {

    private final CommandSpec spec;
    private final OutputOption output;

    KeyChange(CommandSpec spec, OutputOption output) {
        this.spec = spec;
        this.output = output;
    }

    /**
     * What was done.
     *
     * @param change in a word
     * @param key which key it is about
     * @param epoch the newest afterwards
     */
    record Done(String change, String key, int epoch) {}

    /**
     * Opens the repository and makes a change.
     *
     * @param dry what to say instead of making it
     */
    void make(Workspace workspace, boolean dryRun, String dry, Function<KeyChanges, Done> change) {
        try (var repository = dryRun ? forReading(workspace) : workspace.openRepository()) {
            var changes = repository.keyChanges(workspace.clock(), new SecureRandom());
            if (dryRun) {
                say(dry);
                say("this was a dry run: nothing was changed");
                return;
            }
            var done = change.apply(changes);
            output.print(
                    () -> Table.of(Column.left("CHANGE"), Column.left("KEY"), Column.right("EPOCH"))
                            .withRow(done.change(), done.key(), done.epoch()),
                    () -> done);
        }
    }

    /** A dry run refuses what the change would be refused for. */
    private static Repository forReading(Workspace workspace) {
        var repository = workspace.openRepositoryForReading();
        repository.writeObstacle().ifPresent(obstacle -> {
            repository.close();
            throw obstacle;
        });
        return repository;
    }

    void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
