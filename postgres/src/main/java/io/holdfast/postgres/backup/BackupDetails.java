package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.document.Members;
import io.holdfast.repository.manifest.Manifest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What the manifest of a PostgreSQL backup says beyond its files.
 *
 * @param serverVersion as server_version_num
 * @param tablespaceVersion the folder of this server in every tablespace
 * @param timeline on which the backup was taken
 * @param start redo position of the backup's checkpoint: recovery begins there
 * @param stop position from which on the restored cluster is consistent
 * @param stopTime the server's clock at the stop: no earlier time can be recovered to with this backup
 * @param label content of backup_label, as the server gave it at the stop
 * @param tablespaceMap content of tablespace_map; absent without tablespaces
 * @param controlFile the first sector of pg_control, read last; the rest of that file is zeros
 * @param damagedPages the first thousand pages whose checksum does not hold
 * @param damagedPageCount all of them
 * @param incremental how an incremental backup came about
 * @param stopTrace digest of the WAL just before the stop; absent if the server had removed it, and in backups that did not write it down
 * @param serverStarted when the server had been started that the backup was taken of; absent in backups of early versions
 * @param ownWal whether the WAL from start to stop is stored with the backup
 * @param configuration the files that the server was configured by; absent in backups of early versions
 * @param walTo up to where this backup or an earlier one has stored WAL of the timeline, where that is beyond the stop
 * @param machine when the backup stopped; absent in backups of early versions and where the system does not tell
 * @param passedOver newer backups than the parent whose manifests cannot be read; of a full backup: than none
 */
@JsonDeserialize(using = BackupDetailsReader.class)
public record BackupDetails(
        SystemIdentifier systemIdentifier,
        int serverVersion,
        String tablespaceVersion,
        MemberName member,
        TimelineId timeline,
        Lsn start,
        Lsn stop,
        Instant startTime,
        Instant stopTime,
        String label,
        Optional<String> tablespaceMap,
        Bytes controlFile,
        int blockSize,
        boolean checksums,
        String dataDirectory,
        List<Tablespace> tablespaces,
        List<DamagedPage> damagedPages,
        long damagedPageCount,
        Optional<IncrementalDetails> incremental,
        Optional<Bytes> stopTrace,
        Optional<Instant> serverStarted,
        boolean ownWal,
        Optional<ConfigurationPlaces> configuration,
        Optional<Lsn> walTo,
        Optional<MachineTime> machine,
        Optional<PassedOver> passedOver) {

    /**
     * Backups that an incremental one could not be built upon, because their manifests cannot be read.
     *
     * @param backups how many
     * @param newest what is wrong with the newest
     */
    public record PassedOver(long backups, String newest) {}

    public BackupDetails {
        tablespaces = List.copyOf(tablespaces);
        damagedPages = List.copyOf(damagedPages);
    }

    /** Up to where there is WAL of its timeline, as far as its backups know. */
    Lsn reached() {
        return walTo.orElse(stop);
    }

    public static BackupDetails of(Manifest manifest) {
        return Members.of(manifest.postgres(), BackupDetailsReader::details);
    }
}
