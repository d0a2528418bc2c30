package io.holdfast.postgres.backup;

import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.util.Optional;
import java.util.Set;

/**
 * How files are copied.
 *
 * @param samenessEpoch of the data key under which all content hashes of a backup are made
 * @param frameSize most bytes of a file in one frame
 * @param pageSize bytes of a data page
 * @param segmentBlocks pages in a full segment of a relation
 * @param repacked packs that shall go: what is in them is stored again
 * @param verifier absent where the cluster has no checksums
 */
record CopySettings(
        int jobs,
        int samenessEpoch,
        int frameSize,
        int pageSize,
        int segmentBlocks,
        Set<PackId> repacked,
        Optional<PageVerifier> verifier,
        Throttle throttle) {

    /** Measured (docs/decisions/0001): compresses nearly as well as a megabyte, and stays in the cache of one core. */
    static final int FRAME_SIZE = 256 * 1024;

    /** Whether what the parent has in this frame may be shared. */
    boolean stays(FrameReference frame) {
        return !repacked.contains(frame.pack());
    }

    /** Files up to this share frames. */
    int smallFile() {
        return frameSize / 2;
    }
}
