package io.holdfast.runbook.secret;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads secrets from where a plan says that they are: {@code env:NAME}, {@code file:PATH} or {@code aws-secret:NAME}, with
 * {@code #KEY} behind it for one value of a secret that is a JSON object.
 *
 * @param environment where {@code env:} is
 * @param secretsManager where {@code aws-secret:} is
 */
public record SecretReferences(Map<String, String> environment, SecretsManager secretsManager) {

    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";
    private static final String AWS = "aws-secret:";

    public SecretReferences {
        environment = Map.copyOf(environment);
    }

    /** With the Secrets Manager that the configuration of AWS's tools leads to. */
    public SecretReferences(Map<String, String> environment) {
        this(environment, SecretsManager.ofThisHost());
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
            return variable(reference, reference.substring(VARIABLE.length()));
        }
        if (reference.startsWith(FILE)) {
            return file(reference, reference.substring(FILE.length()));
        }
        if (reference.startsWith(AWS)) {
            return secretsManager.read(reference, reference.substring(AWS.length()));
        }
        throw new UnreadableSecretException(
                "secret reference '%s' has no reader here".formatted(reference),
                "use env:NAME, file:PATH or aws-secret:NAME");
    }

    private String variable(String reference, String name) {
        var value = environment.get(name);
        if (value == null) {
            throw new UnreadableSecretException(
                    "secret '%s' is not in the environment".formatted(reference), "export it and retry");
        }
        return value;
    }

    private static String file(String reference, String path) {
        try {
            return Files.readString(Path.of(path)).stripTrailing();
        } catch (IOException | InvalidPathException e) {
            throw new UnreadableSecretException(
                    "secret '%s' cannot be read: %s".formatted(reference, e.getMessage()),
                    "put it there, as text, readable by whoever executes the run");
        }
    }

    /** Names no value: those are secrets. */
    @Override
    public String toString() {
        return "SecretReferences";
    }
}
