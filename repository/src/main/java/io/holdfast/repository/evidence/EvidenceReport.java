package io.holdfast.repository.evidence;

import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.key.RepositoryId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What came of a verification.
 *
 * @param repositories of which the entries are that their writers have signed: one, unless something was put in
 * @param missing of the trusted keys, those that have no chain
 * @param lostHeads of the known heads, those that no trusted chain holds
 * @param unreadable objects that do not authenticate: damaged entries, or none
 */
public record EvidenceReport(
        Set<RepositoryId> repositories,
        List<Chain> chains,
        List<EvidenceKey> missing,
        List<String> lostHeads,
        List<Unreadable> unreadable) {

    public EvidenceReport {
        repositories = Collections.unmodifiableSet(new LinkedHashSet<>(repositories));
        chains = List.copyOf(chains);
        missing = List.copyOf(missing);
        lostHeads = List.copyOf(lostHeads);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * The chain of one writer.
     *
     * @param key empty if nothing in its folder is signed by a key of this name
     * @param trusted whether that is a trusted key
     * @param anchored whether a known head is in it: what is behind the newest of them may have been cut off
     * @param entries how many there are
     * @param head the newest of them
     * @param problems for people; empty if every entry follows the one before
     */
    public record Chain(
            String writer,
            Optional<EvidenceKey> key,
            boolean trusted,
            boolean anchored,
            int entries,
            Optional<Instant> first,
            Optional<Instant> last,
            Optional<Head> head,
            List<String> problems) {

        public Chain {
            problems = List.copyOf(problems);
        }
    }

    /** What can be said of all. */
    public enum Verdict {
        /** Nothing was changed or taken away up to the known heads, and trusted keys have signed all of it. */
        INTACT,
        /** Nothing speaks against it, but a key is not trusted, or of a chain no head is known. */
        UNVOUCHED,
        /** Something was changed, taken away or put in. */
        BROKEN
    }

    public Verdict verdict() {
        if (repositories.size() > 1
                || !missing.isEmpty()
                || !lostHeads.isEmpty()
                || !unreadable.isEmpty()
                || chains.stream().anyMatch(chain -> !chain.problems().isEmpty())) {
            return Verdict.BROKEN;
        }
        return !chains.isEmpty() && chains.stream().allMatch(chain -> chain.trusted() && chain.anchored())
                ? Verdict.INTACT
                : Verdict.UNVOUCHED;
    }
}
