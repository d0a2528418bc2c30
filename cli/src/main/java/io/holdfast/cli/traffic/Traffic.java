package io.holdfast.cli.traffic;

/**
 * Requests by how they are billed, and bytes.
 *
 * @param writes requests that create or change
 * @param lists requests that list, billed like those that write
 * @param reads all others, but for
 * @param deletes which cost nothing
 * @param sent bytes
 * @param received bytes, which cost where they leave the provider's network
 */
public record Traffic(long writes, long lists, long reads, long deletes, long sent, long received) {

    public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);

    public Traffic plus(Traffic other) {
        return new Traffic(
                writes + other.writes,
                lists + other.lists,
                reads + other.reads,
                deletes + other.deletes,
                sent + other.sent,
                received + other.received);
    }

    /** The same for a longer or shorter time. */
    Traffic times(double factor) {
        return new Traffic(
                Math.round(writes * factor),
                Math.round(lists * factor),
                Math.round(reads * factor),
                Math.round(deletes * factor),
                Math.round(sent * factor),
                Math.round(received * factor));
    }

    boolean isNone() {
        return equals(NONE);
    }
}
