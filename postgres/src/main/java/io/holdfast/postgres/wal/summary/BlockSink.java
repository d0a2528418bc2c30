package io.holdfast.postgres.wal.summary;

/** Takes what summaries say, in any order. Block numbers count from the beginning of the fork, up to 2^32 - 2. */
interface BlockSink {

    /** The fork was once no longer than this many blocks: 0 when it was created, dropped or written anew. */
    void limit(ForkId fork, long blocks);

    void changed(ForkId fork, long block);
}
