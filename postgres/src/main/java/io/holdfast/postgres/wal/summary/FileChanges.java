package io.holdfast.postgres.wal.summary;

import java.util.OptionalInt;

/**
 * What the WAL says of one segment file of a fork. It knows neither whether the file was there before nor how long it was or
 * is: blocks at or beyond the length that an older copy has are never to be taken from elsewhere but the file itself.
 */
public sealed interface FileChanges {

    /** Nothing older may be used. */
    record Whole(WholeReason reason) implements FileChanges {}

    /**
     * Only these blocks differ from an older copy.
     *
     * @param changed all of them below {@code unknownFrom}; can be empty if that is there
     * @param unknownFrom the file was once no longer than this many blocks: for blocks from here on nothing older may be
     *     used, whether the WAL mentions them or not, as a file can grow by zeros without any WAL
     */
    record Blocks(BlockNumbers changed, OptionalInt unknownFrom) implements FileChanges {}

    /** All of an older copy still holds, as far as that goes. */
    record Unchanged() implements FileChanges {}
}
