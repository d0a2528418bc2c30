package io.holdfast.postgres.wal.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What is known of one fork: the shortest that it has been, and which blocks below that have changed. Blocks above were
 * missing at some time, so that nothing older can be used for them, whether they are listed or not. Hence all limits and
 * blocks can be put together in any order: the least limit counts, and a block below it has existed all the time. Changed
 * by one thread, then read by any number.
 */
final class ForkBlocks {

    private final ArrayList<Chunk> chunks = new ArrayList<>(1);
    private long limit = BlockChanges.NO_LIMIT;

    void limit(long blocks) {
        limit = Math.min(limit, blocks);
    }

    void changed(long block) {
        if (block >= limit) {
            return;
        }
        int chunk = (int) (block / Chunk.BLOCKS);
        while (chunks.size() <= chunk) {
            chunks.add(Chunk.NONE);
        }
        chunks.set(chunk, chunks.get(chunk).with((int) (block % Chunk.BLOCKS)));
    }

    void trim() {
        chunks.forEach(Chunk::trim);
        chunks.trimToSize();
    }

    /** What is known of the blocks from {@code first} on, {@code count} of them. */
    FileChanges within(long first, int count) {
        if (limit == 0) {
            return new FileChanges.Whole(WholeReason.NEW);
        }
        if (limit <= first) {
            return new FileChanges.Whole(WholeReason.TRUNCATED);
        }
        boolean truncated = limit < first + count && limit != BlockChanges.NO_LIMIT;
        var blocks = blocks(first, truncated ? limit : first + count);
        if (blocks.isEmpty() && !truncated) {
            return new FileChanges.Unchanged();
        }
        return new FileChanges.Blocks(blocks, truncated ? OptionalInt.of((int) (limit - first)) : OptionalInt.empty());
    }

    private BlockNumbers blocks(long first, long end) {
        var found = new int[8];
        int count = 0;
        for (long block = next(first); block < end; block = next(block + 1)) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = (int) (block - first);
        }
        return BlockNumbers.ofSorted(Arrays.copyOf(found, count));
    }

    /** The first changed block at or after this one; {@link Long#MAX_VALUE} if there is none. */
    private long next(long block) {
        int offset = (int) (block % Chunk.BLOCKS);
        for (long chunk = block / Chunk.BLOCKS; chunk < chunks.size(); chunk++) {
            int found = chunks.get((int) chunk).next(offset);
            if (found >= 0) {
                return chunk * Chunk.BLOCKS + found;
            }
            offset = 0;
        }
        return Long.MAX_VALUE;
    }
}
