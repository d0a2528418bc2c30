package io.holdfast.cli;

import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.approval.Decision;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What somebody says who was asked, with a signature: mixed into {@code runs approve} and {@code runs decline}. */
final class RunsDecision {

    @Parameters(index = "0", paramLabel = "RUN", description = "Which one.")
    private String run = "";

    @Parameters(index = "1", paramLabel = "STEP", description = "The step that asks, as 'runs show' names it.")
    private String step = "";

    @Option(names = "--comment", paramLabel = "TEXT", description = "What you want to be recorded with it.")
    private String comment = "";

    @ArgGroup(multiplicity = "1")
    private How how = new How();

    /** Where the signature is from. */
    static final class How {

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "Your Ed25519 key as ssh-keygen makes it, without a passphrase.")
        private @Nullable Path key;

        @Option(
                names = "--signature",
                paramLabel = "FILE",
                description = "A signature that you made with ssh-keygen -Y sign -n holdfast over what --print prints.")
        private @Nullable Path signature;

        @Option(names = "--agent", description = "Sign with the ssh agent, by a key that the plan lists.")
        private boolean agent;

        @Option(names = "--print", description = "Print what is to be signed, and decide nothing.")
        private boolean print;
    }

    int decide(CommandSpec spec, RunsOptions options, Decision decision) {
        try (var open = OpenRuns.of(spec, options)) {
            var id = open.find(run);
            var asked = open.runs().asked(id, step).orElseThrow(() -> UsageException.nothingAsked(id.value(), step));
            var out = spec.commandLine().getOut();
            if (how.print) {
                out.print(asked.statement(decision));
                out.flush();
                return 0;
            }
            out.println(asked.body().strip());
            out.flush();
            open.runs().decide(id, step, decision, signature(spec, asked, decision), comment);
            return 0;
        }
    }

    private String signature(CommandSpec spec, ApprovalRequest asked, Decision decision) {
        var signing = new Signing(Workspace.surroundings(spec), asked.statement(decision));
        if (how.agent) {
            return signing.byAgent(asked.keys());
        }
        return how.key != null ? signing.byKey(how.key) : signing.madeBefore(Objects.requireNonNull(how.signature));
    }
}
