package io.holdfast.runbook.action;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads secrets from where a plan says that they are: {@code env:NAME} or {@code file:PATH}.
 *
 * @param environment where {@code env:} is
 */
public record SecretReferences(Map<String, String> environment) {

    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";

    public SecretReferences {
        environment = Map.copyOf(environment);
    }

    /**
     * Reads one.
     *
     * @throws UnreadableSecretException if it is not there, empty, or somewhere that nothing here can read
     */
    public Secret read(String reference) {
        var text = find(reference);
        if (text.isEmpty()) {
            throw new UnreadableSecretException(
                    "secret '%s' is empty".formatted(reference), "put it where the plan says");
        }
        return Secret.of(text);
    }

    private String find(String reference) {
        if (reference.startsWith(VARIABLE)) {
            var value = environment.get(reference.substring(VARIABLE.length()));
            if (value == null) {
                throw new UnreadableSecretException(
                        "secret '%s' is not in the environment".formatted(reference), "export it and retry");
            }
            return value;
        }
        if (reference.startsWith(FILE)) {
            try {
                return Files.readString(Path.of(reference.substring(FILE.length())))
                        .stripTrailing();
            } catch (IOException | InvalidPathException e) {
                throw new UnreadableSecretException(
                        "secret '%s' cannot be read: %s".formatted(reference, e.getMessage()),
                        "put it there, as text, readable by whoever executes the run");
            }
        }
        throw new UnreadableSecretException(
                "secret reference '%s' has no reader here".formatted(reference), "use env:NAME or file:PATH");
    }

    /** Names no value: those are secrets. */
    @Override
    public String toString() {
        return "SecretReferences";
    }
}
