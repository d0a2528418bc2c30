package io.holdfast.cli.evidence;

import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.evidence.EvidenceArchive;
import io.holdfast.repository.frame.Unreadable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast evidence export}. */
@Command(
        name = "export",
        description = {
            "Write all evidence into a new folder, each entry as a file of JSON, for an auditor who has no key of the repository:"
                    + " 'holdfast evidence verify --from DIR' checks it there."
        })
final class EvidenceExportCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "It must not be there yet.")
    private Path folder = Path.of("");

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var target = workspace.resolve(folder);
        EvidenceUsageException.requireAbsent(target);
        try (var repository = workspace.openRepositoryForReading()) {
            var err = spec.commandLine().getErr();
            var unreadable = new ArrayList<Unreadable>();
            var count = EvidenceArchive.of(repository).export(target, unreadable::add);
            err.println("%d entries are in %s".formatted(count, target));
            unreadable.forEach(object -> err.println("NOT EXPORTED: " + object.explain()));
            return unreadable.isEmpty() ? 0 : 1;
        }
    }
}
