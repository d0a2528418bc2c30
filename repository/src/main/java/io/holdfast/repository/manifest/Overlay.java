package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Blocks that replace those of the extents beneath: the frame holds them one after the other. Blocks that something newer has
 * replaced in turn are dead: they keep their place in the frame, and are not used.
 *
 * @param hash of the frame's content
 * @param blocks block numbers within what the map describes, ascending
 * @param dead those of them that are not in force any more
 */
public record Overlay(FrameReference frame, ContentHash hash, List<Integer> blocks, Set<Integer> dead) {

    public Overlay {
        blocks = List.copyOf(blocks);
        dead = Set.copyOf(dead);
    }

    public static Overlay of(FrameReference frame, ContentHash hash, List<Integer> blocks) {
        return new Overlay(frame, hash, blocks, Set.of());
    }

    public boolean isAlive(int block) {
        return !dead.contains(block);
    }

    /** The blocks in force, ascending. */
    public IntStream alive() {
        return blocks.stream().mapToInt(Integer::intValue).filter(this::isAlive);
    }

    public int aliveCount() {
        return blocks.size() - dead.size();
    }

    /** The same frame, of which some blocks more are not in force. */
    Overlay without(IntPredicate gone) {
        var more = new HashSet<>(dead);
        blocks.stream().filter(gone::test).forEach(more::add);
        return more.size() == dead.size() ? this : new Overlay(frame, hash, blocks, more);
    }
}
