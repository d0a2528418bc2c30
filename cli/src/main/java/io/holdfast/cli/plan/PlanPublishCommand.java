package io.holdfast.cli.plan;

import io.holdfast.cli.HostEvidence;
import io.holdfast.cli.PersonOption;
import io.holdfast.cli.Signing;
import io.holdfast.cli.TakesSettings;
import io.holdfast.cli.Workspace;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.run.UsablePlan;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.repository.Repository;
import io.holdfast.runbook.publication.Publications;
import io.holdfast.runbook.publication.PublishedPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast plan publish}. */
@Command(
        name = "publish",
        sortOptions = false,
        description = {
            "Put a plan into the repository, signed, so that 'holdfast run --published' finds it there when nothing else is left. It is"
                    + " the plan in force from then on.",
            "A change needs the signatures that the published plan asks for under 'plan.changes'. The owners sign what --print prints,"
                    + " each on their own, and give the files with --signature."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast plan publish plan.yaml --key ~/.ssh/id_ed25519",
            "  holdfast plan publish plan.yaml --print > statement",
            "  ssh-keygen -Y sign -n holdfast -f ~/.ssh/id_ed25519 statement",
            "  holdfast plan publish plan.yaml --signature anna.sig --signature bernd.sig"
        })
final class PlanPublishCommand implements Callable<Integer>, TakesSettings {

    @Spec
    private CommandSpec spec;

    @Mixin
    private PersonOption person;

    @Parameters(paramLabel = "FILE", description = "The plan.")
    private Path file = Path.of("plan.yaml");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "An owner's Ed25519 key as ssh-keygen makes it, without a passphrase. May be repeated.")
    private List<Path> keys = List.of();

    @Option(names = "--agent", description = "Sign with the ssh agent, by a key of a contact of the plan.")
    private boolean agent;

    @Option(
            names = "--signature",
            paramLabel = "FILE",
            description = "An owner's signature of the statement. May be repeated.")
    private List<Path> signatures = List.of();

    @Option(names = "--print", description = "Print the statement that the owners sign, and publish nothing.")
    private boolean print;

    @Option(names = "--dry-run", description = "Check plan and signatures, and publish nothing.")
    private boolean dryRun;

    @Override
    public List<Setting<?>> settings() {
        return Settings.OF_EVIDENCE;
    }

    @Override
    public Integer call() {
        var workspace = Workspace.of(spec);
        var path = workspace.resolve(file);
        var text = PlanFile.text(path);
        UsablePlan.withoutErrors(
                PlanFile.readable(path, text), workspace.clock().instant());
        try (var repository = print || dryRun ? workspace.openRepositoryForReading() : workspace.openRepository()) {
            var plans = new Publications(repository);
            var prepared = plans.prepare(text, person.name(), workspace.clock());
            if (print) {
                spec.commandLine().getOut().print(prepared.statement());
                spec.commandLine().getOut().flush();
                return 0;
            }
            var signed = signatures(prepared);
            if (dryRun) {
                plans.requireAgreed(prepared, signed);
                spec.commandLine()
                        .getErr()
                        .println("this was a dry run: it would be published as number " + prepared.number());
                return 0;
            }
            return publish(workspace, repository, plans.publish(prepared, signed));
        }
    }

    private int publish(Workspace workspace, Repository repository, PublishedPlan plan) {
        var err = spec.commandLine().getErr();
        err.println("the plan is in force, as number %d, signed by %d"
                .formatted(plan.number(), plan.signers().size()));
        HostEvidence.recordPlans(workspace, repository, err);
        return 0;
    }

    private List<String> signatures(PublishedPlan prepared) {
        var signing = new Signing(Workspace.surroundings(spec), prepared.statement());
        var all = new ArrayList<String>();
        keys.forEach(key -> all.add(signing.byKey(key)));
        if (agent) {
            all.add(signing.byAgent(prepared.plan().contacts().stream()
                    .flatMap(contact -> contact.keys().stream())
                    .toList()));
        }
        signatures.forEach(signature -> all.add(signing.madeBefore(signature)));
        return all;
    }
}
