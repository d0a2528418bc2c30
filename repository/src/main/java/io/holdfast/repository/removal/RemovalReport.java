package io.holdfast.repository.removal;

import io.holdfast.repository.retention.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a keeper did, or would do.
 *
 * @param verdicts on every backup
 * @param condemned from now on
 * @param waiting condemned earlier, not yet removed
 * @param removed for good
 * @param locked condemned long enough ago, but a lock refused to let it go: the next runs try again
 * @param lockedUntil when the last of these locks ends, as far as it has an end
 * @param unfinished uploads that were begun more than two weeks ago and never ended, given up now
 * @param spared condemned earlier, and needed after all
 * @param removableAt when what is condemned or waits may be removed, by the store's clock
 * @param sparsePacks packs that stay, of which less than half is used
 * @param deadBytes of the packs that stay, used by nothing
 */
public record RemovalReport(
        List<Verdict> verdicts,
        List<Tally> condemned,
        List<Tally> waiting,
        List<Tally> removed,
        List<Tally> locked,
        Optional<Instant> lockedUntil,
        long unfinished,
        long spared,
        Optional<Instant> removableAt,
        long sparsePacks,
        long deadBytes) {

    public RemovalReport {
        verdicts = List.copyOf(verdicts);
        condemned = List.copyOf(condemned);
        waiting = List.copyOf(waiting);
        removed = List.copyOf(removed);
        locked = List.copyOf(locked);
    }

    /**
     * Objects of one thing that go for one reason.
     *
     * @param of what they belong to
     */
    public record Tally(String of, String reason, long objects, long bytes) {}

    public static long objects(List<Tally> tallies) {
        return tallies.stream().mapToLong(Tally::objects).sum();
    }

    public static long bytes(List<Tally> tallies) {
        return tallies.stream().mapToLong(Tally::bytes).sum();
    }
}
