package io.holdfast.postgres.backup;

/**
 * A page whose checksum does not hold and which the server did not change while it was read.
 *
 * @param file path in the backup, which names database and relation
 * @param block number within the relation, counted across segments
 */
public record DamagedPage(String file, long block) {

    @Override
    public String toString() {
        return "block %d of %s".formatted(block, file);
    }
}
