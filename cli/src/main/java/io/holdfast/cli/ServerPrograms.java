package io.holdfast.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds {@code postgres} and {@code pg_ctl} of one major version on this host: in PATH, where Debian's and PGDG's packages
 * put them, and where {@code pg_config} says. Each candidate is asked for its version: PATH often leads to another one.
 *
 * @param searchPath folders of PATH
 * @param root of the file system
 */
record ServerPrograms(List<Path> searchPath, Path root) {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final long PATIENCE_SECONDS = 10;

    ServerPrograms {
        searchPath = List.copyOf(searchPath);
    }

    static ServerPrograms of(String searchPath) {
        return new ServerPrograms(
                Stream.of(searchPath.split(File.pathSeparator, -1))
                        .filter(entry -> entry.startsWith("/"))
                        .map(Path::of)
                        .toList(),
                Path.of("/"));
    }

    /**
     * The first folder that holds them.
     *
     * @throws UsageException if none does
     */
    Path find(int major) {
        var candidates = candidates(major);
        return candidates.stream()
                .filter(folder -> isOf(folder, major))
                .findFirst()
                .orElseThrow(() -> UsageException.noPrograms(major, candidates));
    }

    /**
     * A folder that was named.
     *
     * @throws UsageException if it does not hold them, or those of another version
     */
    static Path require(Path folder, int major) {
        if (!isOf(folder, major)) {
            throw UsageException.notPrograms(folder, major);
        }
        return folder;
    }

    private List<Path> candidates(int major) {
        var found = new ArrayList<>(searchPath);
        found.add(root.resolve("usr/lib/postgresql/%d/bin".formatted(major)));
        found.add(root.resolve("usr/pgsql-%d/bin".formatted(major)));
        searchPath.stream()
                .map(folder -> folder.resolve("pg_config"))
                .filter(Files::isExecutable)
                .flatMap(program -> output(program, "--bindir").stream())
                .map(Path::of)
                .forEach(found::add);
        return found;
    }

    private static boolean isOf(Path folder, int major) {
        var server = folder.resolve("postgres");
        return Files.isExecutable(server)
                && Files.isExecutable(folder.resolve("pg_ctl"))
                && output(server, "--version")
                        .map(VERSION::matcher)
                        .filter(version -> version.find() && Integer.parseInt(version.group(1)) == major)
                        .isPresent();
    }

    /** Empty for a program that cannot be run, fails, or does not end. */
    private static Optional<String> output(Path program, String argument) {
        try {
            var process = new ProcessBuilder(program.toString(), argument)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 && !text.isEmpty() ? Optional.of(text) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
