package io.holdfast.repository.pack;

import io.holdfast.repository.frame.FrameLocation;

/** A frame in a pack. */
public record FrameReference(PackId pack, FrameLocation location) {}
