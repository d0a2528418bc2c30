package io.holdfast.postgres.backup;

import java.util.Optional;

/** Decides how each file of a cluster comes into a backup. Asked for files in path order, by one thread. */
interface FilePlanner {

    FilePlan plan(SourceFile source);

    /** Every file is read and stored. */
    static FilePlanner full() {
        return source -> new FilePlan.Whole(reason(source, ReadReason.CHANGED), Optional.empty());
    }

    /** What PostgreSQL tracks changes of, is read for {@code tracked}. */
    static ReadReason reason(SourceFile source, ReadReason tracked) {
        return source.relation().filter(RelationFile::isTracked).isPresent() ? tracked : ReadReason.UNTRACKED;
    }
}
