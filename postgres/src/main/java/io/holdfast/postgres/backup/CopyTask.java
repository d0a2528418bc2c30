package io.holdfast.postgres.backup;

import java.util.List;

/** A piece of work for one copier. */
sealed interface CopyTask {

    /** Small files that share frames. */
    record Small(List<SmallFile> files) implements CopyTask {

        public Small {
            files = List.copyOf(files);
        }
    }

    record SmallFile(SourceFile source, FilePlan.Whole plan, CatalogueWriter.Slot slot) {}

    /**
     * Consecutive frames of a large file.
     *
     * @param first number of the first frame in the file
     */
    record Frames(LargeFile file, int first, int count) implements CopyTask {}

    /** Some blocks of a relation's file. */
    record Blocks(SourceFile source, FilePlan.Patch plan, CatalogueWriter.Slot slot) implements CopyTask {}
}
