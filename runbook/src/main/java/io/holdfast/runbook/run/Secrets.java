package io.holdfast.runbook.run;

import io.holdfast.problem.Secret;
import io.holdfast.runbook.action.Redaction;
import io.holdfast.runbook.secret.SecretReferences;
import io.holdfast.runbook.secret.UnreadableSecretException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The secrets that were read for a run: these are blotted out of whatever is recorded or shown. Thread-safe. */
final class Secrets {

    private final SecretReferences references;
    private final AtomicReference<Redaction> redaction = new AtomicReference<>(Redaction.NONE);

    Secrets(Map<String, String> environment) {
        this.references = new SecretReferences(environment);
    }

    Secret read(String reference) throws UnresolvedException {
        try {
            var secret = references.read(reference);
            redaction.updateAndGet(known -> known.with(secret));
            return secret;
        } catch (UnreadableSecretException e) {
            throw new UnresolvedException(String.valueOf(e.getMessage()), e.hint());
        }
    }

    String redact(String text) {
        return redaction.get().of(text);
    }
}
