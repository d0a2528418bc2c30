package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;

/**
 * Consecutive bytes of a file: a part of a frame.
 *
 * @param offset where the part begins in the frame's content
 * @param length bytes
 * @param hash of these bytes, not of the whole frame
 */
public record Extent(FrameReference frame, int offset, int length, ContentHash hash) {}
