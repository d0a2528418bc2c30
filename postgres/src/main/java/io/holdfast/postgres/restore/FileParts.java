package io.holdfast.postgres.restore;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.Overlay;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** Parts of one file that exists, to be fetched. No two write the same byte, so they may be fetched in any order. */
sealed interface FileParts {

    Path file();

    /** Whether the file may hold the right bytes already. */
    boolean compare();

    /**
     * Consecutive bytes.
     *
     * @param offset of the first extent in the file
     * @param overlaid blocks that overlays provide, counted from the first extent
     * @param blockSize bytes of such a block
     */
    record Run(Path file, long offset, List<Extent> extents, BitSet overlaid, int blockSize, boolean compare)
            implements FileParts {

        public Run {
            extents = List.copyOf(extents);
        }

        /** A file that is one extent. */
        static Run of(Path file, Extent extent, boolean compare) {
            return new Run(file, 0, List.of(extent), new BitSet(), 1, compare);
        }
    }

    /**
     * Blocks here and there.
     *
     * @param offset in the file from which their numbers count
     */
    record Blocks(Path file, long offset, List<Overlay> overlays, int blockSize, boolean compare) implements FileParts {

        public Blocks {
            overlays = List.copyOf(overlays);
        }
    }
}
