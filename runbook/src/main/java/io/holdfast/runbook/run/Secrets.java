package io.holdfast.runbook.run;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.SecretReferences;
import io.holdfast.runbook.action.UnreadableSecretException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The secrets that were read for a run: these are blotted out of whatever is recorded or shown, each line of one by itself as
 * well, since what a step says is told line by line. Thread-safe.
 */
final class Secrets {

    private static final String BLOT = "[REDACTED]";

    /** A shorter line of a longer secret gives nothing away, and would blot out half of every text. */
    private static final int SHORTEST_LINE = 6;

    /** Longer ones first: of a secret that begins with another one the rest would stay. */
    private static final Comparator<String> LONGEST_FIRST =
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());

    private final SecretReferences references;
    private final Set<String> read = new ConcurrentSkipListSet<>(LONGEST_FIRST);

    Secrets(Map<String, String> environment) {
        this.references = new SecretReferences(environment);
    }

    Secret read(String reference) throws UnresolvedException {
        try {
            var secret = references.read(reference);
            read.add(secret.reveal());
            secret.reveal()
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= SHORTEST_LINE)
                    .forEach(read::add);
            return secret;
        } catch (UnreadableSecretException e) {
            throw new UnresolvedException(String.valueOf(e.getMessage()), e.hint());
        }
    }

    String redact(String text) {
        var clean = text;
        for (var secret : read) {
            clean = clean.replace(secret, BLOT);
        }
        return clean;
    }
}
