package io.holdfast.postgres.backup;

import java.util.BitSet;

/**
 * What of a file is read when some of its blocks changed. It bounds what a restore has to gather: no frame has more than half of its
 * blocks from overlays, and no overlay is read for less than a quarter of it. Nothing is taken from packs that shall go.
 *
 * @param changed blocks that changed, or that the parent has not
 * @param frames that are stored whole
 * @param overlaid blocks that are stored one by one: changed ones, those for whose sake too little of an older overlay would
 *     be in force, and those of an overlay in a pack that shall go
 */
record PatchPlan(BitSet changed, BitSet frames, BitSet overlaid) {

    /** @param changed blocks of the file, of {@code size} bytes, a multiple of the block's */
    static PatchPlan of(PriorMap prior, long size, BitSet changed, CopySettings settings) {
        int inFrame = settings.frameSize() / settings.pageSize();
        int blocks = Math.toIntExact(size / settings.pageSize());
        var frames = new BitSet();
        for (int first = 0; first < blocks; first += inFrame) {
            int number = first / inFrame;
            int end = Math.min(first + inFrame, blocks);
            if (!fits(prior, number, (end - first) * settings.pageSize(), settings)
                    || isCrowded(prior.overlaid(), changed, first, end)) {
                frames.set(number);
            }
        }
        var overlaid = (BitSet) changed.clone();
        overlaid.or(sparse(prior, changed, frames, blocks, settings));
        for (int number = frames.nextSetBit(0); number >= 0; number = frames.nextSetBit(number + 1)) {
            overlaid.clear(number * inFrame, (number + 1) * inFrame);
        }
        return new PatchPlan(changed, frames, overlaid);
    }

    /** Whether there is something beneath of the right length that stays. Only the last frame of a file is not of full length. */
    private static boolean fits(PriorMap prior, int number, int length, CopySettings settings) {
        return prior.extent(number, length)
                .filter(extent -> settings.stays(extent.frame()))
                .isPresent();
    }

    private static boolean isCrowded(BitSet before, BitSet changed, int first, int end) {
        if (changed.get(first, end).isEmpty()) {
            return false;
        }
        var all = before.get(first, end);
        all.or(changed.get(first, end));
        return all.cardinality() * 2 > end - first;
    }

    /** Blocks in force of overlays that are mostly dead now, or shall go. */
    private static BitSet sparse(PriorMap prior, BitSet changed, BitSet frames, int blocks, CopySettings settings) {
        int inFrame = settings.frameSize() / settings.pageSize();
        var sparse = new BitSet();
        for (var overlay : prior.map().overlays()) {
            var alive = new BitSet();
            overlay.alive()
                    .filter(block -> block < blocks && !changed.get(block) && !frames.get(block / inFrame))
                    .forEach(alive::set);
            if (alive.cardinality() * 4 < overlay.blocks().size() || !settings.stays(overlay.frame())) {
                sparse.or(alive);
            }
        }
        return sparse;
    }
}
