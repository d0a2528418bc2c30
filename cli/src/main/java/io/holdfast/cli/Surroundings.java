package io.holdfast.cli;

import io.holdfast.cli.configuration.ConfigurationSources;
import io.holdfast.runbook.state.StateLocation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * What a command finds around itself, apart from its arguments: a test gives it others than this process has.
 *
 * @param systemConfiguration the configuration file of the host
 * @param passphrases asks a person; absent where none sits at a terminal
 * @param terminal whether stderr is one: only then are there progress bars
 */
public record Surroundings(
        Map<String, String> environment,
        Path workingDirectory,
        Path systemConfiguration,
        InstantSource clock,
        Optional<PassphrasePrompt> passphrases,
        boolean terminal) {

    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Where this user's Holdfast keeps what it must remember. */
    static Path usualFolder() {
        return StateLocation.usual(System.getProperty("user.name", ""), Path.of(System.getProperty("user.home", "/")));
    }

    static Surroundings ofThisProcess() {
        return new Surroundings(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                ConfigurationSources.SYSTEM_FILE,
                InstantSource.system(),
                PassphrasePrompt.ofThisProcess(),
                Terminal.isStderr());
    }
}
