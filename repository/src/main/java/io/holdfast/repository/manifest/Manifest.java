package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The root of a backup. Its creation is the backup's commit: whoever finds it finds all that it reaches.
 *
 * @param generation which of the repository's clusters, from 1
 * @param parent of an incremental
 * @param deadline by the store's clock: stored later, it is void
 * @param frameSize most bytes of a file in one frame
 * @param samenessEpoch of the data key under which the content hashes were made
 * @param catalogue the frames that hold the {@link PageList}s of the catalogue of files, in path order
 * @param postgres what only the PostgreSQL engine understands
 */
@JsonDeserialize(using = ManifestReader.class)
public record Manifest(
        int version,
        BackupId id,
        int generation,
        Optional<BackupId> parent,
        Instant begun,
        Instant completed,
        Instant deadline,
        int frameSize,
        int samenessEpoch,
        List<FrameReference> catalogue,
        Totals totals,
        JsonNode postgres) {

    public static final int VERSION = 0;

    public Manifest {
        catalogue = List.copyOf(catalogue);
    }

    /**
     * Counted by the engine while it worked.
     *
     * @param files regular files
     * @param bytes of all files
     * @param readBytes read from the data directory
     * @param storedBytes written to the repository for this backup, without WAL
     */
    public record Totals(long files, long bytes, long readBytes, long storedBytes) {}
}
