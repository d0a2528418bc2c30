package io.holdfast.cli;

import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.run.RunDocument;
import io.holdfast.cli.run.RunStart;
import io.holdfast.cli.run.UsablePlan;
import io.holdfast.plan.SshPublicKey;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.run.RunRequest;
import io.holdfast.runbook.run.RunView;
import io.holdfast.runbook.run.Runs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast run}. */
@Command(
        name = "run",
        description = {
            "Run a procedure of the plan in this process, step by step, with a record of every step that survives a crash of this"
                    + " process: 'holdfast serve' on the same state takes the run over within 30 seconds, or 'holdfast runs"
                    + " resume' goes on with it.",
            "What happens is told on stderr while it happens; the result is the timeline. A step that fails lets the run wait for"
                    + " a person: 'holdfast runs retry', 'runs skip' or 'runs cancel'."
        },
        footer = {
            "",
            "Exit codes: 0: completed. 1: it ended in another way, or waits for a person: its state says how; with --dry-run:"
                    + " something stands in its way, or nobody knows.",
            "",
            "Examples:",
            "  holdfast run point-in-time-recovery --plan plan.yaml --environment prod --set restore-time=2026-01-15T14:30:00Z --dry-run",
            "  holdfast run full-database-restore --environment local --ungraceful",
            "  holdfast run full-database-restore --published --trust /safe/owner.pub --repository /mnt/backups --key-file repo.key"
        })
final class RunCommand implements Callable<Integer>, TakesSettings {

    /** How long whoever waits for the end of a run waits for its evidence. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOption output;

    @Mixin
    private RunsOptions options;

    @Mixin
    private PersonOption person;

    @ArgGroup
    private @Nullable Proof proof;

    /** How the starter shows who they are. */
    static final class Proof {

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description =
                        "Sign that it is you who starts it, with your Ed25519 key as ssh-keygen makes it, without a"
                                + " passphrase. Unsigned, one more must say yes wherever people are asked: it could be any of them who"
                                + " has started it.")
        private @Nullable Path key;

        @Option(names = "--agent", description = "The same with the ssh agent, by a key that the plan has of you.")
        private boolean agent;
    }

    @Mixin
    private PlanSource source;

    @Parameters(paramLabel = "PROCEDURE", description = "Its id in the plan.")
    private String procedure = "";

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            description = "Where, by its name in the plan (default: the only one there is).")
    private @Nullable String environment;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A parameter of the procedure. May be repeated.")
    private Map<String, String> parameters = Map.of();

    @Option(
            names = "--fact",
            paramLabel = "NAME=VALUE",
            description =
                    "Something that was found out before the start; the plan has it as ${facts.NAME}. May be repeated.")
    private Map<String, String> facts = Map.of();

    @Option(
            names = "--ungraceful",
            description = "The failed side is not expected to answer: steps do what the plan says for this case.")
    private boolean ungraceful;

    @Option(names = "--dry-run", description = "Say what would be done and whether it could be, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--despite-errors",
            description =
                    "Run it although 'holdfast plan check' finds errors in the plan, or the published plan that is in force is"
                            + " another and cannot be read by this version, or cannot be told.")
    private boolean despiteErrors;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(List.<Setting<?>>of(Settings.PLAN), Settings.OF_EVIDENCE)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        var workspace = Workspace.of(spec);
        var read = source.read(workspace);
        var plan = despiteErrors
                ? read.plan().orElseThrow()
                : UsablePlan.withoutErrors(read, workspace.clock().instant());
        var start = RunStart.of(plan, procedure, Optional.ofNullable(environment));
        var request = RunRequest.recovery(
                        start.definition(parameters, facts), person.name(), Optional.of(start.objective()))
                .withMode(ungraceful ? Mode.UNGRACEFUL : Mode.GRACEFUL);
        start.requireKnown(person.name());
        request = signed(request);
        var err = spec.commandLine().getErr();
        source.requireInForce(workspace, plan, despiteErrors, err);
        if (dryRun) {
            return rehearse(request);
        }
        try (var open = OpenRuns.toExecute(spec, options, "run")) {
            var id = open.runs().start(request);
            err.println("run %s".formatted(id));
            RunView view;
            try (var _ = RunFollower.of(open.runs(), id, err)) {
                view = open.runs().execute(id);
            }
            recordEvidence(spec, open);
            return report(view, output);
        }
    }

    private RunRequest signed(RunRequest request) {
        var how = proof;
        if (how == null) {
            return request;
        }
        var keys = request.definition()
                .approvers()
                .getOrDefault(request.starter(), "")
                .lines()
                .flatMap(line -> SshPublicKey.parse(line).stream())
                .toList();
        var surroundings = Workspace.surroundings(spec);
        return request.withProof(statement -> {
            var signing = new Signing(surroundings, statement);
            return how.agent ? signing.byAgent(keys) : signing.byKey(Objects.requireNonNull(how.key));
        });
    }

    /** Tells where the runs are that have ended. */
    static void recordEvidence(CommandSpec spec, OpenRuns open) throws InterruptedException {
        var err = spec.commandLine().getErr();
        HostEvidence.recordInTime(() -> Workspace.of(spec), open.database(), err, PATIENCE)
                .forEach(added -> err.println("%s %s is in the evidence: entry %d, %s"
                        .formatted(
                                added.kind().name().toLowerCase(Locale.ROOT),
                                added.subject(),
                                added.head().number(),
                                added.head().hash())));
    }

    private int rehearse(RunRequest request) throws InterruptedException {
        var steps = Runs.dryRun(request, OpenRuns.installed(spec), OpenRuns.settings(spec, "dry-run"));
        output.printText(out -> RunText.rehearsal(steps, out), () -> steps);
        spec.commandLine().getErr().println("this was a dry run: nothing was touched");
        return steps.stream().flatMap(step -> step.findings().stream()).anyMatch(RunText::standsInTheWay) ? 1 : 0;
    }

    /** The timeline, and the exit code of a run that is no longer executed here. */
    static int report(RunView view, OutputOption output) {
        output.printText(out -> RunText.timeline(view, out), () -> RunDocument.of(view));
        return view.run().state() == RunState.COMPLETED ? 0 : 1;
    }
}
