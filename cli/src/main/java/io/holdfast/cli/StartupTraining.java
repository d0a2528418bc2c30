package io.holdfast.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
            List.of("config"),
            List.of("no-such-command"));

    private StartupTraining() {}

    public static void main(String[] arguments) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        var defects = new DefectLog(Path.of(System.getProperty("java.io.tmpdir")));
        for (var command : COMMANDS) {
            Holdfast.run(nowhere, nowhere, defects, command.toArray(String[]::new));
        }
        onARepository(nowhere, defects);
    }

    /** Opens one as {@code info} does; that it holds nothing is enough to load the classes. */
    private static void onARepository(PrintWriter nowhere, DefectLog defects) {
        try {
            var folder = Files.createTempDirectory("holdfast-training-");
            var where = new String[] {"--repository", folder + "/repository", "--key-file", folder + "/key"};
            run(nowhere, defects, where, "init", "--name", "training", "--generate-key");
            run(nowhere, defects, where, "info");
            run(nowhere, defects, where, "info", "-o", "json");
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(PrintWriter nowhere, DefectLog defects, String[] where, String... command) {
        Holdfast.run(
                nowhere,
                nowhere,
                defects,
                Stream.concat(Arrays.stream(command), Arrays.stream(where)).toArray(String[]::new));
    }
}
