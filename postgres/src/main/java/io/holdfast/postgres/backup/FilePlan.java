package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import java.util.BitSet;
import java.util.Optional;

/** How one file comes into a backup. */
sealed interface FilePlan {

    /** As the parent has it; it is not even opened. */
    record Keep(Content content) implements FilePlan {}

    /**
     * Read whole. Frames that are the same in the parent are not stored again.
     *
     * @param prior absent where nothing may be taken from the parent
     */
    record Whole(ReadReason reason, Optional<FileEntry.File> prior) implements FilePlan {}

    /**
     * Only these blocks are read, and what the parent has in packs that shall go; the rest is as in the parent.
     *
     * @param changed blocks of the file; none where it is for those packs alone
     */
    record Patch(FileEntry.File prior, BitSet changed) implements FilePlan {}
}
