package io.holdfast.cli.inventory;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.repository.manifest.Manifest;
import java.time.Duration;
import java.time.Instant;

/**
 * One backup.
 *
 * @param kind {@code full} or {@code incremental}
 * @param seconds how long it took
 * @param bytes of the cluster's files
 * @param storedBytes written to the repository for it, without WAL
 * @param startLsn where recovery begins
 * @param stopLsn from where on the restored cluster is consistent
 * @param stopTime the server's clock at that moment
 * @param damagedPages pages whose checksum did not hold
 */
public record BackupEntry(
        String id,
        String kind,
        int generation,
        String member,
        Instant begun,
        Instant completed,
        double seconds,
        long bytes,
        long storedBytes,
        String startLsn,
        String stopLsn,
        Instant stopTime,
        String timeline,
        long damagedPages,
        String postgres) {

    public static BackupEntry of(Manifest manifest) {
        var details = BackupDetails.of(manifest);
        return new BackupEntry(
                manifest.id().text(),
                switch (manifest.id().kind()) {
                    case FULL -> "full";
                    case INCREMENTAL -> "incremental";
                },
                manifest.generation(),
                details.member().text(),
                manifest.begun(),
                manifest.completed(),
                Duration.between(manifest.begun(), manifest.completed()).toMillis() / 1000.0,
                manifest.totals().bytes(),
                manifest.totals().storedBytes(),
                details.start().toString(),
                details.stop().toString(),
                details.stopTime(),
                details.timeline().toString(),
                details.damagedPageCount(),
                "%d.%d".formatted(details.serverVersion() / 10000, details.serverVersion() % 10000));
    }
}
