package io.holdfast.postgres.action;

import io.holdfast.runbook.action.Inputs;
import java.util.Map;
import java.util.Optional;

/**
 * A repository as a plan names it.
 *
 * @param location a folder, or {@code s3://BUCKET/PREFIX}
 * @param settings further settings by name, which count before those of the host
 */
public record RepositoryPlace(
        String location, Optional<String> keyFile, Optional<String> passphraseFile, Map<String, String> settings) {

    public RepositoryPlace {
        settings = Map.copyOf(settings);
    }

    static RepositoryPlace of(Inputs inputs) {
        return new RepositoryPlace(
                inputs.text("repository"),
                inputs.textIfGiven("key-file"),
                inputs.textIfGiven("passphrase-file"),
                inputs.map("settings"));
    }
}
