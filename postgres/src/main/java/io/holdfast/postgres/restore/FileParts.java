package io.holdfast.postgres.restore;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.Overlay;
import java.nio.file.Path;
import java.util.List;

/**
 * Consecutive bytes of one file that exists, to be fetched.
 *
 * @param offset of the first extent in the file
 * @param overlays to be applied afterwards; then these are all extents of the file
 * @param compare whether the file may hold the right bytes already
 */
record FileParts(Path file, long offset, List<Extent> extents, List<Overlay> overlays, int blockSize, boolean compare) {

    FileParts {
        extents = List.copyOf(extents);
        overlays = List.copyOf(overlays);
    }
}
