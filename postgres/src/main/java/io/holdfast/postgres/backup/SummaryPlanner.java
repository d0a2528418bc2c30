package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.summary.BlockChanges;
import io.holdfast.postgres.wal.summary.FileChanges;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what changed by what the WAL summaries say, and nothing else of a relation. Source of the rules: GetFileBackupMethod in
 * src/backend/backup/basebackup_incremental.c; where a file contradicts what the summaries say of it, it is read whole and compared.
 */
final class SummaryPlanner implements FilePlanner {

    private final ParentCatalogue parent;
    private final BlockChanges changes;
    private final CopySettings settings;
    private final Set<String> damaged;
    private final CopyTally tally;

    /** @param damaged files of which the parent has damaged pages: whether they still are is for a new reading to tell */
    SummaryPlanner(
            ParentCatalogue parent, BlockChanges changes, CopySettings settings, Set<String> damaged, CopyTally tally) {
        this.parent = parent;
        this.changes = changes;
        this.settings = settings;
        this.damaged = Set.copyOf(damaged);
        this.tally = tally;
    }

    @Override
    public FilePlan plan(SourceFile source) {
        var prior = parent.file(source.path());
        var id = RelationPath.of(source);
        if (id.isEmpty()) {
            return new FilePlan.Whole(ReadReason.UNTRACKED, prior);
        }
        var segment = source.relation().orElseThrow().segment();
        return switch (changes.changesOf(id.get(), segment, settings.segmentBlocks())) {
            case FileChanges.Whole(var reason) ->
                switch (reason) {
                    case FREE_SPACE_MAP, VISIBILITY_MAP -> new FilePlan.Whole(ReadReason.UNTRACKED, prior);
                    case DATABASE_NEW, NEW, TRUNCATED -> new FilePlan.Whole(ReadReason.CHANGED, prior);
                };
            case FileChanges.Unchanged _ ->
                prior.map(before -> unchanged(source, before)).orElseGet(SummaryPlanner::notInParent);
            case FileChanges.Blocks blocks ->
                prior.map(before -> blocks(source, before, blocks)).orElseGet(SummaryPlanner::notInParent);
        };
    }

    private static FilePlan notInParent() {
        return new FilePlan.Whole(ReadReason.CHANGED, Optional.empty());
    }

    /**
     * No change has no trace in the file either. Where it has (the file has another size, or was written later than when the
     * parent looked at it), somebody has written without WAL.
     */
    private FilePlan unchanged(SourceFile source, FileEntry.File prior) {
        return canBePatched(source, prior) && source.size() == prior.size() && source.modified() == prior.modified()
                ? new FilePlan.Keep(prior.content())
                : inDoubt(prior);
    }

    private FilePlan blocks(SourceFile source, FileEntry.File prior, FileChanges.Blocks changed) {
        if (prior.size() == 0 || source.size() == 0) {
            return notInParent();
        }
        int unknownFrom = Math.min(changed.unknownFrom().orElse(Integer.MAX_VALUE), blocksIn(prior.size()));
        boolean truncated = changed.unknownFrom().isPresent();
        if (!canBePatched(source, prior) || (source.size() < prior.size() && !truncated)) {
            return inDoubt(prior);
        }
        var blocks = new BitSet();
        changed.changed().stream().forEach(blocks::set);
        return patch(source, prior, blocks, unknownFrom);
    }

    private FilePlan patch(SourceFile source, FileEntry.File prior, BitSet changed, int unknownFrom) {
        int count = blocksIn(source.size());
        if (unknownFrom < count) {
            changed.set(unknownFrom, count);
        }
        changed.clear(count, Math.max(count, changed.length()));
        return changed.cardinality() * 10L > count * 9L
                ? new FilePlan.Whole(ReadReason.CHANGED, Optional.of(prior))
                : new FilePlan.Patch(prior, changed);
    }

    private FilePlan inDoubt(FileEntry.File prior) {
        tally.doubtful();
        return new FilePlan.Whole(ReadReason.COMPARED, Optional.of(prior));
    }

    /** Whether both are whole blocks, no more than a segment can have, and the parent's are good. */
    private boolean canBePatched(SourceFile source, FileEntry.File prior) {
        return isSegment(source.size())
                && isSegment(prior.size())
                && !damaged.contains(source.path().text())
                && switch (prior.content()) {
                    case Content.Empty _ -> source.size() == 0;
                    case Content.Single _ -> true;
                    case Content.Mapped mapped -> mapped.maps().size() == 1;
                };
    }

    private boolean isSegment(long size) {
        return size % settings.pageSize() == 0 && size / settings.pageSize() <= settings.segmentBlocks();
    }

    private int blocksIn(long size) {
        return Math.toIntExact(size / settings.pageSize());
    }
}
