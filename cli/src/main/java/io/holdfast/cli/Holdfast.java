package io.holdfast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ServiceLoader;
import picocli.CommandLine;

/**
 * The program {@code holdfast}: puts the command line together, runs one command and turns its end into an exit code
 * (see {@code docs/exit-codes.md}).
 */
public final class Holdfast {

    private Holdfast() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        var stdout = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        var out = new PrintWriter(stdout, false, StandardCharsets.UTF_8);
        var err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        var defects = new DefectLog(Path.of(System.getProperty("java.io.tmpdir")));
        var exitCode = run(out, err, defects, arguments);
        out.flush();
        return stdout.failure()
                .map(failure -> defects.reportLostOutput(err, failure))
                .orElse(exitCode);
    }

    /** One command from arguments to exit code; never throws. */
    static int run(PrintWriter out, PrintWriter err, DefectLog defects, String... arguments) {
        return run(Surroundings.ofThisProcess(), out, err, defects, arguments);
    }

    /** The same elsewhere than in this process's own surroundings. */
    static int run(
            Surroundings surroundings, PrintWriter out, PrintWriter err, DefectLog defects, String... arguments) {
        var root = new RootCommand(surroundings);
        var failures = new FailureReport(root, defects);
        try {
            return commandLine(root, failures, arguments)
                    .setOut(out)
                    .setErr(err)
                    .execute(arguments);
        } catch (Throwable defect) {
            return failures.report(defect, OutputFormat.TABLE, err);
        }
    }

    private static CommandLine commandLine(RootCommand root, FailureReport failures, String... arguments) {
        var commandLine = new CommandLine(root);
        if (OwnCommands.isForOne(arguments)) {
            OwnCommands.addOneTo(commandLine, arguments);
        } else {
            OwnCommands.addAllTo(commandLine);
            for (var provider : ServiceLoader.load(CommandProvider.class)) {
                provider.commands().forEach(commandLine::addSubcommand);
            }
        }
        SettingFlags.addTo(commandLine);
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(new UsageReport())
                .setExecutionExceptionHandler(failures)
                .setExecutionStrategy(root::execute);
    }
}
