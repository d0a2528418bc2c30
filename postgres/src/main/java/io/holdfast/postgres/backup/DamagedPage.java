package io.holdfast.postgres.backup;

import java.util.Optional;

/**
 * A page whose checksum does not hold and which the server did not change while it was read.
 *
 * @param file path in the backup, which says database and relation as numbers
 * @param block number within the relation, counted across segments
 * @param relation absent if the server could not say, and in backups of early versions
 */
public record DamagedPage(String file, long block, Optional<DamagedRelation> relation) {

    static DamagedPage of(String file, long block) {
        return new DamagedPage(file, block, Optional.empty());
    }

    DamagedPage in(Optional<DamagedRelation> found) {
        return new DamagedPage(file, block, found);
    }

    @Override
    public String toString() {
        return "block %d of %s".formatted(block, file)
                + relation.map(": %s"::formatted).orElse("");
    }
}
