package io.holdfast.cli.configuration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a configuration comes from.
 *
 * @param file named by {@code --config}
 * @param flags as they were written on the command line
 * @param system the file that all users of a host share
 */
public record ConfigurationSources(
        Optional<Path> file,
        Map<Setting<?>, String> flags,
        Map<String, String> environment,
        Path workingDirectory,
        Path system) {

    public static final Path SYSTEM_FILE = Path.of("/etc/holdfast/holdfast.yaml");

    public ConfigurationSources {
        flags = Map.copyOf(flags);
        environment = Map.copyOf(environment);
    }

    /** A file, and how messages call it. */
    record Named(Path path, String shownAs) {}

    /** A file that was named must exist; of the usual places the first that exists counts. */
    Optional<Named> configurationFile() {
        var variable = Optional.ofNullable(environment.get(Environment.CONFIG)).filter(name -> !name.isEmpty());
        if (file.isPresent()) {
            return Optional.of(existing(file.get(), "--config"));
        }
        if (variable.isPresent()) {
            return Optional.of(existing(Path.of(variable.get()), Environment.CONFIG));
        }
        return List.of(
                        new Named(workingDirectory.resolve("holdfast.yaml"), "holdfast.yaml"),
                        new Named(system, system.toString()))
                .stream()
                .filter(candidate -> Files.exists(candidate.path()))
                .findFirst();
    }

    private Named existing(Path named, String saidBy) {
        var path = workingDirectory.resolve(named);
        if (!Files.isRegularFile(path)) {
            throw InvalidConfigurationException.fileMissing(named, saidBy);
        }
        return new Named(path, named.toString());
    }
}
