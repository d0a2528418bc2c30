package io.holdfast.postgres.wal.summary;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All changes to relations between two positions of the WAL. Immutable and safe for use by many threads.
 *
 * <p>Memory: at most one bit for each block of a stretch of 65536 in which many have changed, two bytes for each changed
 * block where few have, and some 150 bytes for each fork.
 */
public final class BlockChanges {

    /** InvalidBlockNumber: no block has this number, and no fork this many blocks. */
    static final long NO_LIMIT = 0xFFFF_FFFFL;

    private final Map<ForkId, ForkBlocks> forks;

    private BlockChanges(Map<ForkId, ForkBlocks> forks) {
        this.forks = Map.copyOf(forks);
    }

    /**
     * What has changed in one file.
     *
     * @param segment 0 for the file without a number
     * @param segmentBlocks how many blocks a file can have before the next one begins
     */
    public FileChanges changesOf(ForkId id, int segment, int segmentBlocks) {
        return switch (id.fork()) {
            case FREE_SPACE_MAP -> new FileChanges.Whole(WholeReason.FREE_SPACE_MAP);
            case VISIBILITY_MAP -> new FileChanges.Whole(WholeReason.VISIBILITY_MAP);
            case MAIN, INIT -> {
                if (forks.containsKey(id.wholeDatabase())) {
                    yield new FileChanges.Whole(WholeReason.DATABASE_NEW);
                }
                var blocks = forks.get(id);
                yield blocks == null
                        ? new FileChanges.Unchanged()
                        : blocks.within((long) segment * segmentBlocks, segmentBlocks);
            }
        };
    }

    /** How many forks are mentioned at all. */
    public int forks() {
        return forks.size();
    }

    /** Puts together what any number of summaries say, in any order. Used by one thread. */
    static final class Collector implements BlockSink {

        private final Map<ForkId, ForkBlocks> forks = new HashMap<>();
        private @Nullable ForkId lastId;
        private ForkBlocks last = new ForkBlocks();

        @Override
        public void limit(ForkId fork, long blocks) {
            if (isOfUse(fork)) {
                of(fork).limit(blocks);
            }
        }

        @Override
        public void changed(ForkId fork, long block) {
            if (isOfUse(fork)) {
                of(fork).changed(block);
            }
        }

        /** Afterwards it is of no more use. */
        BlockChanges finish() {
            forks.values().forEach(ForkBlocks::trim);
            return new BlockChanges(forks);
        }

        private static boolean isOfUse(ForkId id) {
            return switch (id.fork()) {
                case MAIN, INIT -> true;
                case FREE_SPACE_MAP, VISIBILITY_MAP -> false;
            };
        }

        /** What is said of one fork comes together, mostly. */
        private ForkBlocks of(ForkId id) {
            if (!id.equals(lastId)) {
                last = forks.computeIfAbsent(id, _ -> new ForkBlocks());
                lastId = id;
            }
            return last;
        }
    }
}
