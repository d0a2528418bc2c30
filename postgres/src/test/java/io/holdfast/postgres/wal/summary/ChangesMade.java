package io.holdfast.postgres.wal.summary;

/** Puts together changes that a test made, as summaries would tell of them. */
public final class ChangesMade {

    private final BlockChanges.Collector collector = new BlockChanges.Collector();

    /** The fork was cut to so many blocks, or made anew: 0. */
    public ChangesMade limit(ForkId fork, long blocks) {
        collector.limit(fork, blocks);
        return this;
    }

    public ChangesMade changed(ForkId fork, long block) {
        collector.changed(fork, block);
        return this;
    }

    /** Afterwards it is of no more use. */
    public BlockChanges all() {
        return collector.finish();
    }
}
