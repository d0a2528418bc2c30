package io.holdfast.repository.evidence;

import io.holdfast.repository.key.RepositoryId;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What an entry says. It is hashed and signed as the text in which it is stored.
 *
 * @param format {@link #FORMAT}; also keeps a signature over it from being one over anything else
 * @param repository whose it is, so that no chain is passed off as another repository's
 * @param key of the writer
 * @param number counts the entries of the writer, from 1
 * @param previous the hash of the entry before, {@link #NOTHING} for the first
 * @param at by the clock of the writer
 * @param subject the run, the backup or the plan, by its name
 * @param content depends on the kind; documented where it is made
 */
public record EvidenceEntry(
        String format,
        RepositoryId repository,
        EvidenceKey key,
        int number,
        String previous,
        Instant at,
        EvidenceKind kind,
        String subject,
        JsonNode content) {

    static final String FORMAT = "holdfast evidence 0";

    /** What the first entry follows. */
    static final String NOTHING = "0".repeat(64);

    /** The same about something else; it is not what was signed any more. */
    EvidenceEntry withContent(JsonNode other) {
        return new EvidenceEntry(format, repository, key, number, previous, at, kind, subject, other);
    }
}
