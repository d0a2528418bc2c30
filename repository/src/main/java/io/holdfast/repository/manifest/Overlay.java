package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import java.util.List;

/**
 * Blocks that replace those of the extents beneath: the frame holds them one after the other.
 *
 * @param hash of the frame's content
 * @param blocks block numbers within the file, ascending
 */
public record Overlay(FrameReference frame, ContentHash hash, List<Integer> blocks) {

    public Overlay {
        blocks = List.copyOf(blocks);
    }
}
