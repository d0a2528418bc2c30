package io.holdfast.repository.evidence;

import io.holdfast.repository.key.RepositoryId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest entry that this host has added with a key to a repository, in a file beside the key: a store that loses it is found
 * out.
 */
final class KnownHead {

    private static final Pattern LINE = Pattern.compile("(\\d{1,8}) ([0-9a-f]{64})\n");

    private final EvidenceKey key;
    private final HostNote note;

    KnownHead(EvidenceSigner signer, RepositoryId repository) {
        key = signer.key();
        note = new HostNote(signer, repository, "head");
    }

    /** Empty if there is none, or it cannot be understood: then the repository says. */
    Optional<Head> read() {
        return note.read()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> new Head(key, Integer.parseInt(line.group(1)), line.group(2)));
    }

    /** Durable when it returns. */
    void write(Head head) {
        note.write("%d %s".formatted(head.number(), head.hash()));
    }
}
