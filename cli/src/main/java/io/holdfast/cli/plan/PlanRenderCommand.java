package io.holdfast.cli.plan;

import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.TrustedKeys;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.plan.render.Evidence;
import io.holdfast.plan.render.PlanDocument;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast plan render}: the plan as a document. */
@Command(
        name = "render",
        sortOptions = false,
        description = {
            "Write the plan as the document that people read, on paper too: every section, table and number, the commands to type where"
                    + " Holdfast cannot do a step, and beside each promise the newest evidence for it, or 'never proven'.",
            "Evidence comes from the repository that is configured; with --no-evidence nothing is opened. How long a procedure took is"
                    + " what the hosts have recorded whose keys are given with --trust; without, whoever has a key of the repository may"
                    + " have made it up."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast plan render plan.yaml --trust /safe/evidence.pub > plan.md",
            "  holdfast plan render plan.yaml --format html --to plan.html --repository /backup/shop --key-file ~/shop.key"
        })
final class PlanRenderCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The plan.")
    private Path file = Path.of("plan.yaml");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "markdown",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.MARKDOWN;

    @Option(names = "--to", paramLabel = "FILE", description = "Write it there instead of to stdout.")
    private @Nullable Path to;

    @Option(names = "--no-evidence", description = "Write the plan alone, and open no repository.")
    private boolean noEvidence;

    @Mixin
    private TrustedKeys trusted;

    /** What people read. */
    enum Format {
        MARKDOWN,
        HTML;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return this == MARKDOWN ? "markdown" : "html";
        }
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(Settings.OF_THE_REPOSITORY, List.<Setting<?>>of(Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() {
        var folder = Workspace.surroundings(spec).workingDirectory();
        var plan = PlanFile.load(folder.resolve(file));
        var workspace = Workspace.of(spec);
        var keys = trusted.evidenceKeys(workspace);
        var evidence = noEvidence ? Evidence.NONE : RepositoryEvidence.of(workspace, keys);
        new Destination(spec, folder, to)
                .write(
                        switch (format) {
                            case MARKDOWN -> PlanDocument.markdown(plan, evidence);
                            case HTML -> PlanDocument.html(plan, evidence);
                        });
        return 0;
    }
}
