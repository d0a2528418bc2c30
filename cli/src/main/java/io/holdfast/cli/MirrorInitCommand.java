package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast mirror init}: begins a repository in its further places. */
@Command(
        name = "init",
        description = {
            "Begin the repository in the places that repository.mirrors names and that hold nothing yet: its keys and its root, no backup.",
            "Nothing else makes a repository in a place: the empty folder of a disk that is not mounted is never taken for a mirror. A place that"
                    + " holds another repository is refused, and one that holds this one is left as it is. Next: 'holdfast mirror heal'."
        })
final class MirrorInitCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Option(names = "--dry-run", description = "Say where it would be begun; change nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        if (!workspace.isMirrored()) {
            throw UsageException.noMirrors();
        }
        var places = workspace.places();
        try (var first = places.getFirst().openRepository()) {
            var begun = places.stream()
                    .skip(1)
                    .map(place -> begin(first, place, dryRun))
                    .toList();
            output.print(
                    () -> Table.of(Column.left("PLACE"), Column.left("REPOSITORY"))
                            .withRows(begun.stream().map(made -> List.<Object>of(made.place(), made.what()))),
                    () -> begun);
        }
        if (dryRun) {
            spec.commandLine().getErr().println("this was a dry run: nothing was made");
        }
        return 0;
    }

    /** @param what {@code begun}, {@code was there} or {@code would be begun} */
    record Begun(String place, String what) {}

    private static Begun begin(Repository first, Workspace place, boolean dryRun) {
        var location = place.configuration().get(Settings.REPOSITORY_PATH).toString();
        boolean there = place.stores()
                .openExisting(place.configuration())
                .map(store -> {
                    try (store) {
                        return Repository.existsIn(store);
                    }
                })
                .orElse(false);
        if (!dryRun) {
            begin(first, place);
        }
        return new Begun(location, there ? "was there" : dryRun ? "would be begun" : "begun");
    }

    /** Copies what opens the repository to a place. */
    static void begin(Repository first, Workspace place) {
        try (var store = place.stores().create(place.configuration())) {
            CopyTarget.open(first, store, CopyProgress.NONE);
        }
    }
}
