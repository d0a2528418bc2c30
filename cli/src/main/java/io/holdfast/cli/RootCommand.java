package io.holdfast.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code holdfast} itself: the options that every command takes. Its commands are added to it. */
@Command(
        name = "holdfast",
        description = "Disaster recovery for PostgreSQL: recovery objectives as measured facts.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, 1 done but what was found is bad, others in docs/exit-codes.md."})
final class RootCommand implements Runnable {

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print version and commit and exit.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean version;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Log what is being done, to stderr.")
    private boolean verbose;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Log everything; print stack traces.")
    private boolean debug;

    RootCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    boolean isDebug() {
        return debug;
    }

    /** Runs the command that was parsed, with logging set up as asked. */
    int execute(ParseResult parsed) {
        if (verbose || debug) {
            Logging.showMore(debug);
        }
        return new RunLast().execute(parsed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** The outermost command line, wherever {@code spec} stands in it. */
    static CommandLine of(CommandSpec spec) {
        return spec.root().commandLine();
    }
}
