package io.holdfast.postgres.restore.replay;

/**
 * How the prefetcher finds the repository again: never a secret.
 *
 * @param location as the command line takes it
 * @param key what names the key, for example the path of a key file; never the key itself
 */
public record RepositoryReference(String location, String key) {}
