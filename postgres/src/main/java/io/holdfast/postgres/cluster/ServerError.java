package io.holdfast.postgres.cluster;

/**
 * What a server said when it refused, in its own words.
 *
 * @param sqlState five characters
 * @param detail empty when there is none
 * @param hint empty when there is none
 */
public record ServerError(String sqlState, String message, String detail, String hint) {}
