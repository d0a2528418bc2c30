package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.FrameReference;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Where the bytes of a file are, or of {@link #MOST_EXTENTS} frames of a large one: extents one after the other, and blocks
 * that replace parts of them. No block is in force in two overlays, so their order says nothing.
 *
 * @param blockSize bytes of a block of the overlays
 */
public record FrameMap(int blockSize, List<Extent> extents, List<Overlay> overlays) {

    /** Of one map. A segment of a relation, at the usual sizes, has just as many. */
    public static final int MOST_EXTENTS = 4096;

    /** No block of an overlay has this number or a higher one. */
    public static final int MOST_BLOCKS = 1 << 24;

    public FrameMap {
        extents = List.copyOf(extents);
        overlays = List.copyOf(overlays);
    }

    /** Of a file that has no map of its own. */
    public static FrameMap ofOne(int blockSize, Extent extent) {
        return new FrameMap(blockSize, List.of(extent), List.of());
    }

    /** The blocks that overlays replace. */
    public BitSet overlaid() {
        var blocks = new BitSet();
        overlays.forEach(overlay -> overlay.alive().forEach(blocks::set));
        return blocks;
    }

    /**
     * The map of a later state of the same file.
     *
     * @param newer the extents now; those that are not the same as before at their place hide all overlays of before
     * @param gone blocks that no overlay of before may provide any more
     * @param added overlays on top; what they hold, those of before do not
     */
    public FrameMap revised(List<Extent> newer, IntPredicate gone, List<Overlay> added) {
        Set<Integer> replaced = new HashSet<>();
        added.forEach(overlay -> replaced.addAll(overlay.blocks()));
        var hidden = hidden(newer);
        long end = Math.ceilDiv(newer.stream().mapToLong(Extent::length).sum(), (long) blockSize);
        IntPredicate dead = block -> block >= end || replaced.contains(block) || gone.test(block) || hidden.get(block);
        var kept = overlays.stream().map(overlay -> overlay.without(dead)).filter(overlay -> overlay.aliveCount() > 0);
        return new FrameMap(
                blockSize, newer, Stream.concat(kept, added.stream()).toList());
    }

    /** Blocks whose extent is another one now. */
    private BitSet hidden(List<Extent> newer) {
        var blocks = new BitSet();
        long offset = 0;
        for (int i = 0; i < newer.size(); i++) {
            long end = offset + newer.get(i).length();
            if (i >= extents.size() || !newer.get(i).equals(extents.get(i))) {
                blocks.set(Math.toIntExact(offset / blockSize), Math.toIntExact(Math.ceilDiv(end, blockSize)));
            }
            offset = end;
        }
        return blocks;
    }

    /** As it stands by itself. */
    public byte[] encode() {
        return FrameMapCodec.encode(this);
    }

    /** As what differs from another map, whose extents it shares where they are the same. */
    byte[] encodeUpon(FrameReference base, List<Extent> baseExtents) {
        return FrameMapCodec.encodeUpon(this, base, baseExtents);
    }
}
