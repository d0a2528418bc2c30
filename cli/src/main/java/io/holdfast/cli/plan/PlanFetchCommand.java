package io.holdfast.cli.plan;

import io.holdfast.cli.HostEvidence;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.TrustedKeys;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.runbook.journal.Texts;
import io.holdfast.runbook.publication.Publications;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast plan fetch}. */
@Command(
        name = "fetch",
        description = {
            "Get the plan in force from the repository. It must be signed by a key that you trust, or follow one that is, each change"
                    + " signed by those whom the plan before asks. An older plan is never taken by itself."
        },
        footer = {"", "Example:", "  holdfast plan fetch --trust /safe/owner.pub --to plan.yaml"})
final class PlanFetchCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private TrustedKeys trusted;

    @Option(names = "--number", paramLabel = "N", description = "Which (default: the newest).")
    private @Nullable Integer number;

    @Option(names = "--to", paramLabel = "FILE", description = "A file that is not there yet (default: stdout).")
    private @Nullable Path to;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_THE_REPOSITORY;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var keys = trusted.keys(workspace);
        try (var repository = workspace.openRepositoryForReading()) {
            var known = HostEvidence.knownPlan(workspace, repository);
            var plan = new Publications(repository, known).inForce(keys, Optional.ofNullable(number));
            new Destination(spec, Workspace.surroundings(spec).workingDirectory(), to).create(plan.text());
            // Signed by nobody: it is as whoever stored the plan wrote it.
            var by = Texts.visible(plan.by().replaceAll("\\R", " "));
            spec.commandLine().getErr().println("plan number %d, published by %s".formatted(plan.number(), by));
            return 0;
        }
    }
}
