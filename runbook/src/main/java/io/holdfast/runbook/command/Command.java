package io.holdfast.runbook.command;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.Pause;
import io.holdfast.runbook.action.Redaction;
import io.holdfast.runbook.action.UnusableInputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program ready to be run.
 *
 * @param argv the program, found, and its arguments
 * @param environment all that it sees
 * @param exitCodes what it may end with
 * @param timeout how long it may take
 * @param limit how many bytes of each output are kept
 */
public record Command(
        List<String> argv,
        Path directory,
        Map<String, String> environment,
        Redaction redaction,
        Set<Integer> exitCodes,
        Duration timeout,
        int limit) {

    private static final List<String> ALWAYS_INHERITED = List.of("PATH", "LANG", "TZ", "HOME");
    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final long LIMIT = 65536;
    private static final long MOST = 1L << 20;
    private static final Duration WITHOUT_END = Duration.ofDays(365);

    /** What a process that was left behind may still be writing. */
    private static final long PATIENCE_MILLIS = 500;

    /**
     * Reads one from the inputs, and looks whether it is there.
     *
     * @param words the input that holds the program and its arguments
     * @param engine the variables of this process
     * @throws UnusableInputException if it is not
     */
    static Command of(String words, Inputs inputs, Map<String, String> engine) {
        var environment = environment(inputs, engine);
        var argv = inputs.list(words);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new UnusableInputException(words, "names no program", "write [/path/to/program, argument, ...]");
        }
        if (argv.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw new UnusableInputException(words, "holds a zero byte", "no program can be given one");
        }
        var program = find(words, argv.getFirst(), environment.getOrDefault("PATH", USUAL_PATH));
        return new Command(
                Stream.concat(Stream.of(program.toString()), argv.stream().skip(1))
                        .toList(),
                directory(inputs),
                environment,
                Redaction.of(inputs.secrets("secret-environment").values()),
                exitCodes(inputs),
                inputs.duration("timeout", WITHOUT_END),
                (int) Math.clamp(inputs.integer("output-limit", LIMIT), 0, MOST));
    }

    /**
     * One that an action of ours needs, in the root folder.
     *
     * @param environment all that it sees, besides the secrets
     */
    public static Command of(List<String> argv, Map<String, String> environment, Map<String, Secret> secrets) {
        var all = new LinkedHashMap<>(environment);
        secrets.forEach((name, value) -> all.put(name, value.reveal()));
        return new Command(
                argv, Path.of("/"), all, Redaction.of(secrets.values()), Set.of(0), WITHOUT_END, (int) LIMIT);
    }

    private static Path find(String words, String program, String searchPath) {
        var folders = program.contains("/")
                ? Stream.of(Path.of("/"))
                : Stream.of(searchPath.split(File.pathSeparator, -1))
                        .filter(folder -> folder.startsWith("/"))
                        .map(Path::of);
        if (program.contains("/") && !program.startsWith("/")) {
            throw new UnusableInputException(
                    words, "has a program with a relative path: '%s'".formatted(program), "write its absolute path");
        }
        return folders.map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new UnusableInputException(
                        words,
                        "has a program that is not there, or may not be run: '%s'".formatted(program),
                        "write its absolute path, and see whether it is executable"));
    }

    private static Path directory(Inputs inputs) {
        var given = inputs.textIfGiven("directory").orElse("/");
        try {
            var directory = Path.of(given);
            if (directory.isAbsolute() && Files.isDirectory(directory)) {
                return directory;
            }
        } catch (InvalidPathException _) {
            // Said below.
        }
        throw new UnusableInputException(
                "directory", "is no folder: '%s'".formatted(given), "write the absolute path of one that exists");
    }

    private static Map<String, String> environment(Inputs inputs, Map<String, String> engine) {
        var environment = new LinkedHashMap<String, String>();
        Stream.concat(ALWAYS_INHERITED.stream(), inputs.list("inherit").stream())
                .filter(engine::containsKey)
                .forEach(name -> environment.put(name, engine.get(name)));
        inputs.map("environment").forEach((name, value) -> put(environment, "environment", name, value));
        inputs.secrets("secret-environment")
                .forEach((String name, Secret value) -> put(environment, "secret-environment", name, value.reveal()));
        return environment;
    }

    private static void put(Map<String, String> environment, String input, String name, String value) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new UnusableInputException(
                    input, "has a variable without a usable name: '%s'".formatted(name), "use letters, digits and _");
        }
        if (value.indexOf('\0') >= 0) {
            throw new UnusableInputException(
                    input, "has a zero byte in '%s'".formatted(name), "no program can be given one");
        }
        environment.put(name, value);
    }

    private static Set<Integer> exitCodes(Inputs inputs) {
        var codes = new LinkedHashSet<Integer>();
        for (var text : inputs.list("exit-codes")) {
            if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > 255) {
                throw new UnusableInputException(
                        "exit-codes",
                        "holds what is no exit code: '%s'".formatted(text),
                        "write numbers from 0 to 255");
            }
            codes.add(Integer.parseInt(text));
        }
        return codes.isEmpty() ? Set.of(0) : Set.copyOf(codes);
    }

    String program() {
        return argv.getFirst();
    }

    /** Runs it to its end; an interrupt ends it and all that it started. */
    public Ended run(Call call, Pause pause) throws InterruptedException {
        var process = start();
        var group = new ProcessGroup(process);
        var stdout = CapturedOutput.of(process.getInputStream(), limit, call.log(), redaction);
        var stderr = CapturedOutput.of(process.getErrorStream(), limit, call.log(), redaction);
        var ended = false;
        try {
            ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!ended) {
                group.end(pause);
            }
        }
        if (!ended) {
            return new Ended.Killed(program(), timeout.toSeconds());
        }
        var out = stdout.text(PATIENCE_MILLIS);
        var err = stderr.text(PATIENCE_MILLIS);
        return new Ended.WithCode(
                program(), process.exitValue(), out, err, stdout.isTruncated() || stderr.isTruncated());
    }

    /** In a session of its own: setsid becomes the program, so that the process is the leader of its group. */
    private Process start() {
        var words = Stream.concat(Stream.of("setsid", "--"), argv.stream()).toList();
        var builder = new ProcessBuilder(words).directory(directory.toFile()).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UnusableInputException(
                    "argv",
                    "cannot be run: %s".formatted(e.getMessage()),
                    "see whether it may be run in that folder, and install util-linux, which has setsid");
        }
    }
}
