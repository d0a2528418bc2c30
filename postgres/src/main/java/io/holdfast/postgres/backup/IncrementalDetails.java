package io.holdfast.postgres.backup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an incremental backup came about, and what it cost, as the engine counted.
 *
 * @param doubts why files were read and compared instead of being believed; none with {@link Method#SUMMARIES}
 * @param changedBlocks in files of which only blocks were read
 * @param doubtfulFiles files that were read whole and compared, as they contradicted the summaries
 * @param changedBytes read of relations (main and init forks) because they changed
 * @param comparedBytes read of relations in doubt
 * @param untrackedBytes read of free space maps, visibility maps and what is no relation
 * @param consolidatedBytes read of blocks that did not change, to keep restores quick
 * @param consolidatedStoredBytes their share of what was written to the repository
 * @param summaries how many WAL summaries were read
 * @param summaryBytes of their files
 * @param summarizerWaitMillis how long the server's summarizer was waited for
 * @param damagedParent what of the parent could not be read
 */
public record IncrementalDetails(
        Method method,
        List<Doubt> doubts,
        long changedBlocks,
        long doubtfulFiles,
        long changedBytes,
        long comparedBytes,
        long untrackedBytes,
        long consolidatedBytes,
        long consolidatedStoredBytes,
        int summaries,
        long summaryBytes,
        long summarizerWaitMillis,
        Optional<DamagedParent> damagedParent) {

    /** How it was found out what changed. */
    public enum Method {
        /** From the server's WAL summaries. */
        SUMMARIES,
        /** By reading everything and comparing it with the parent. */
        COMPARISON
    }

    /**
     * Why WAL summaries could not be believed.
     *
     * @param code stable, for programs
     * @param sentence for people
     */
    public record Doubt(String code, String sentence) {}

    /**
     * The parent's own account of its files is damaged in the repository: those files were read whole and stored again.
     *
     * @param parts maps and pages of the catalogue
     * @param first what is wrong with one of them
     */
    public record DamagedParent(long parts, String first) {}

    public IncrementalDetails {
        doubts = List.copyOf(doubts);
    }

    static IncrementalDetails of(ChangeSource.Incremental source, CopyTally tally) {
        var found = switch (source) {
            case ChangeSource.Compared compared -> new Found(Method.COMPARISON, compared.doubts(), 0, 0);
            case ChangeSource.Summarized summarized ->
                new Found(Method.SUMMARIES, List.of(), summarized.filesRead(), summarized.bytesRead());
        };
        return new IncrementalDetails(
                found.method(),
                found.doubts(),
                tally.changedBlocks(),
                tally.doubtfulFiles(),
                tally.readBytes(ReadReason.CHANGED),
                tally.readBytes(ReadReason.COMPARED),
                tally.readBytes(ReadReason.UNTRACKED),
                tally.readBytes(ReadReason.CONSOLIDATED),
                tally.consolidatedStored(),
                found.summaries(),
                found.summaryBytes(),
                source.waited().toMillis(),
                tally.parentDamage().found());
    }

    private record Found(Method method, List<Doubt> doubts, int summaries, long summaryBytes) {}

    /** How long the server's summarizer was waited for. */
    public Duration summarizerWait() {
        return Duration.ofMillis(summarizerWaitMillis);
    }
}
