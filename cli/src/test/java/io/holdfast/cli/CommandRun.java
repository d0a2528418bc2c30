package io.holdfast.cli;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs commands in this JVM, in surroundings of a test's own. */
final class CommandRun {

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> always = List.of();
    private Optional<PassphrasePrompt> prompt = Optional.empty();
    private boolean terminal;

    /** The working directory is {@code folder}; nothing is configured. */
    CommandRun(Path folder) {
        this.folder = folder;
    }

    /** How a command ended. */
    record Ended(int exitCode, String out, String err) {}

    CommandRun variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Follow every command. */
    CommandRun always(String... arguments) {
        always = List.of(arguments);
        return this;
    }

    CommandRun typing(String... answers) {
        var queue = new ArrayDeque<>(Arrays.asList(answers));
        prompt = Optional.of(_ -> Secret.of(queue.remove()));
        return this;
    }

    CommandRun onTerminal() {
        terminal = true;
        return this;
    }

    /** Starts a command in a process of its own, which writes to files in the folder: {@code out} and {@code err}. */
    Process start(String... arguments) throws IOException {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holdfast.class.getName()));
        words.addAll(Arrays.asList(arguments));
        words.addAll(always);
        var process = new ProcessBuilder(words).directory(folder.toFile());
        process.environment().putAll(environment);
        return process.redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exitCode = Holdfast.run(
                surroundings(),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                new DefectLog(folder),
                Stream.concat(Arrays.stream(arguments), always.stream()).toArray(String[]::new));
        return new Ended(exitCode, out.toString(), err.toString());
    }

    Surroundings surroundings() {
        return new Surroundings(
                environment, folder, folder.resolve("none.yaml"), InstantSource.system(), prompt, terminal);
    }
}
