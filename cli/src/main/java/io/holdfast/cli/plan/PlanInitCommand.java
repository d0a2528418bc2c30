package io.holdfast.cli.plan;

import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast plan init}: a plan to begin with. */
@Command(
        name = "init",
        sortOptions = false,
        description = {
            "Write a commented plan for a new application, from what is found: the PostgreSQL server and the repository that are"
                    + " configured. A person completes it; 'holdfast plan check' says what is missing.",
            "Nothing is changed anywhere, and a file that is there is not touched."
        },
        footer = {"", "Example:", "  holdfast plan init --to plan.yaml && holdfast plan check plan.yaml"})
final class PlanInitCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Option(names = "--to", paramLabel = "FILE", description = "Write it there instead of to stdout.")
    private @Nullable Path to;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_THE_REPOSITORY, Settings.OF_THE_SERVER)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var today = LocalDate.ofInstant(workspace.clock().instant(), ZoneOffset.UTC);
        var found = FoundSurroundings.look(workspace);
        new Destination(spec, Workspace.surroundings(spec).workingDirectory(), to)
                .create(new NewPlan(found, today).text());
        found.remarks().forEach(remark -> spec.commandLine().getErr().println(remark));
        return 0;
    }
}
