package io.holdfast.postgres.backup;

import java.time.Duration;
import java.util.List;

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
        long summarizerWaitMillis) {

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
                source.waited().toMillis());
    }

    private record Found(Method method, List<Doubt> doubts, int summaries, long summaryBytes) {}

    /** How long the server's summarizer was waited for. */
    public Duration summarizerWait() {
        return Duration.ofMillis(summarizerWaitMillis);
    }
}
