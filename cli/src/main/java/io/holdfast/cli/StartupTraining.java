package io.holdfast.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher runs once after a build, with its output thrown away, so that the JVM writes an ahead-of-time cache
 * of the classes that short commands need (JEP 514). Few commands on purpose: a rich cache is slower to load.
 */
public final class StartupTraining {

    private static final List<List<String>> COMMANDS = List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("help"),
            List.of("completion"),
            List.of("no-such-command"));

    private StartupTraining() {}

    public static void main(String[] arguments) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        var defects = new DefectLog(Path.of(System.getProperty("java.io.tmpdir")));
        for (var command : COMMANDS) {
            Holdfast.run(nowhere, nowhere, defects, command.toArray(String[]::new));
        }
    }
}
