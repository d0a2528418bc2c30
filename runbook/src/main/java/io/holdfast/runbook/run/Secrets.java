package io.holdfast.runbook.run;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Where secrets are, and which of them were read: these are blotted out of whatever is recorded or shown. A reference is
 * {@code env:NAME} or {@code file:PATH}. Thread-safe.
 */
final class Secrets {

    private static final String BLOT = "[REDACTED]";

    private final Map<String, String> environment;
    private final Set<String> read = new CopyOnWriteArraySet<>();

    Secrets(Map<String, String> environment) {
        this.environment = environment;
    }

    Secret read(String reference) throws UnresolvedException {
        var secret = find(reference);
        if (secret.isEmpty()) {
            throw new UnresolvedException("secret '%s' is empty".formatted(reference), "put it where the plan says");
        }
        read.add(secret);
        return Secret.of(secret);
    }

    private String find(String reference) throws UnresolvedException {
        if (reference.startsWith("env:")) {
            var name = reference.substring("env:".length());
            var value = environment.get(name);
            if (value == null) {
                throw new UnresolvedException(
                        "secret '%s' is not in the environment".formatted(reference), "export it and retry");
            }
            return value;
        }
        if (reference.startsWith("file:")) {
            try {
                return Files.readString(Path.of(reference.substring("file:".length())))
                        .stripTrailing();
            } catch (IOException e) {
                throw new UnresolvedException(
                        "secret '%s' cannot be read: %s".formatted(reference, e.getMessage()),
                        "put it there, readable by whoever executes the run");
            }
        }
        throw new UnresolvedException(
                "secret reference '%s' has no reader here".formatted(reference), "use env:NAME or file:PATH");
    }

    String redact(String text) {
        var clean = text;
        for (var secret : read) {
            clean = clean.replace(secret, BLOT);
        }
        return clean;
    }
}
