package io.holdfast.demo;

import io.holdfast.embedded.UnprivilegedUser;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs commands of Holdfast as a user would: each a process of its own, as the user who owns the data directory, with a
 * configuration file.
 */
final class Product {

    private final UnprivilegedUser user;
    private final Path configuration;
    private final Path folder;
    private final String classPath;
    private final Map<String, String> environment;

    private Product(
            UnprivilegedUser user, Path configuration, Path folder, String classPath, Map<String, String> environment) {
        this.user = user;
        this.configuration = configuration;
        this.folder = folder;
        this.classPath = classPath;
        this.environment = Map.copyOf(environment);
    }

    /**
     * The application that runs now, made readable for the user: a checkout below a private folder is copied.
     *
     * @param folder for logs and, if need be, the copy
     * @param environment of every command
     */
    static Product of(UnprivilegedUser user, Path configuration, Path folder, Map<String, String> environment)
            throws IOException {
        var jars = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
        var copy = folder.resolve("lib");
        var words = new ArrayList<String>();
        for (var jar : jars) {
            var path = Path.of(jar).toAbsolutePath();
            words.add(user.isOurselves() ? path.toString() : copied(path, copy).toString());
        }
        if (Files.isDirectory(copy)) {
            user.own(copy);
        }
        return new Product(user, configuration, folder, String.join(File.pathSeparator, words), environment);
    }

    private static Path copied(Path jar, Path copy) throws IOException {
        Files.createDirectories(copy);
        if (Files.isDirectory(jar)) {
            return jar;
        }
        return Files.copy(jar, copy.resolve(jar.getFileName()));
    }

    /** Runs a command to its end, which must be good; what it printed as JSON. */
    JsonNode run(String... arguments) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(output(true, asJson(arguments)));
    }

    /** The same if what it found may be bad: that is in what it printed. */
    JsonNode runInAnyWay(String... arguments) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(output(false, asJson(arguments)));
    }

    /** What it printed for people. */
    String print(String... arguments) throws IOException, InterruptedException {
        return output(true, List.of(arguments));
    }

    private static List<String> asJson(String... arguments) {
        var words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("-o", "json"));
        return words;
    }

    private String output(boolean mustBeGood, List<String> words) throws IOException, InterruptedException {
        var errors = folder.resolve("commands.log");
        var builder = builder(words).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        var process = user.start(builder);
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode > 1 || (exitCode == 1 && mustBeGood)) {
            var said = lastLines(errors);
            Files.writeString(errors, output, StandardOpenOption.APPEND);
            throw new DemoException(
                    "'holdfast %s' ended with exit code %d: %s".formatted(String.join(" ", words), exitCode, said),
                    "its whole output is in '%s'".formatted(errors));
        }
        return output;
    }

    /** Starts a command that runs on; its output goes to a log of its own. */
    Process start(String log, String... arguments) {
        var file = folder.resolve(log).toFile();
        var builder = builder(List.of(arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
                .redirectInput(new File("/dev/null"));
        return user.start(builder);
    }

    private ProcessBuilder builder(List<String> arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var words = new ArrayList<>(List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-cp",
                classPath,
                "io.holdfast.cli.Holdfast"));
        words.addAll(arguments);
        var builder = user.program(words);
        builder.environment().putAll(environment);
        builder.environment().put("HOLDFAST_CONFIG", configuration.toString());
        return builder;
    }

    private static String lastLines(Path log) throws IOException {
        var lines = Files.readAllLines(log);
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }
}
