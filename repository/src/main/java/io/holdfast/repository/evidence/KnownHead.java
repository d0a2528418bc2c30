package io.holdfast.repository.evidence;

import io.holdfast.repository.key.RepositoryId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest entry that this host has added with a key to a repository, in a file beside the key, with the name of the chain: a
 * store that loses it is found out, and a key that replaces another begins anew.
 */
final class KnownHead {

    private static final Pattern LINE = Pattern.compile("(\\d{1,8}) ([0-9a-f]{64})(?: ([0-9a-f]{16}))?\n");

    private final EvidenceKey key;
    private final HostNote note;

    KnownHead(EvidenceSigner signer, RepositoryId repository) {
        key = signer.key();
        note = new HostNote(signer, repository, "head");
    }

    /** Empty if there is none, it is of another key, or it cannot be understood: then the repository says. */
    Optional<Head> read() {
        return note.read()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .filter(line -> Optional.ofNullable(line.group(3))
                        .filter(writer -> !writer.equals(key.writer()))
                        .isEmpty())
                .map(line -> new Head(key, Integer.parseInt(line.group(1)), line.group(2)));
    }

    /** Durable when it returns. */
    void write(Head head) {
        note.write("%d %s %s".formatted(head.number(), head.hash(), key.writer()));
    }
}
