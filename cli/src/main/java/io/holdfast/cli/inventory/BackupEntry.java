package io.holdfast.cli.inventory;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.DamagedRelation;
import io.holdfast.postgres.backup.IncrementalDetails;
import io.holdfast.postgres.restore.StoredBackup;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One backup.
 *
 * @param kind {@code full} or {@code incremental}
 * @param parent of an incremental one: what it did not have to store again is in there
 * @param seconds how long it took
 * @param bytes of the cluster's files
 * @param readBytes of the cluster's files
 * @param storedBytes written to the repository for it, without WAL
 * @param startLsn where recovery begins
 * @param stopLsn from where on the restored cluster is consistent
 * @param stopTime the server's clock at that moment
 * @param incremental how an incremental one came about
 * @param damagedPages pages whose checksum did not hold
 * @param damagedRelations what the first thousand of them belong to, as far as the server could say
 * @param passedOver newer backups than its parent, upon which it could not be built
 * @param proof the newest; absent if nobody has restored it to look at it
 */
public record BackupEntry(
        String id,
        String kind,
        Optional<String> parent,
        int generation,
        String member,
        Instant begun,
        Instant completed,
        double seconds,
        long bytes,
        long readBytes,
        long storedBytes,
        String startLsn,
        String stopLsn,
        Instant stopTime,
        String timeline,
        Optional<IncrementalDetails> incremental,
        long damagedPages,
        List<DamagedRelation> damagedRelations,
        Optional<BackupDetails.PassedOver> passedOver,
        String postgres,
        Optional<ProofEntry> proof) {

    /** Without what is known of it. */
    public static BackupEntry of(StoredBackup backup) {
        return of(backup, Optional.empty());
    }

    static BackupEntry of(StoredBackup backup, Optional<ProofEntry> proof) {
        var manifest = backup.manifest();
        var details = backup.details();
        return new BackupEntry(
                manifest.id().text(),
                nameOf(manifest.id().kind()),
                manifest.parent().map(BackupId::text),
                manifest.generation(),
                details.member().text(),
                manifest.begun(),
                manifest.completed(),
                Duration.between(manifest.begun(), manifest.completed()).toMillis() / 1000.0,
                manifest.totals().bytes(),
                manifest.totals().readBytes(),
                manifest.totals().storedBytes(),
                details.start().toString(),
                details.stop().toString(),
                details.stopTime(),
                details.timeline().toString(),
                details.incremental(),
                details.damagedPageCount(),
                details.damagedPages().stream()
                        .flatMap(page -> page.relation().stream())
                        .distinct()
                        .toList(),
                details.passedOver(),
                details.serverVersion() / 10000 + "." + details.serverVersion() % 10000,
                proof);
    }

    public static String nameOf(BackupId.Kind kind) {
        return switch (kind) {
            case FULL -> "full";
            case INCREMENTAL -> "incremental";
        };
    }

    /** Whether something of its parent is damaged in the repository; it does not depend on that. */
    public boolean hasDamagedParent() {
        return incremental.flatMap(IncrementalDetails::damagedParent).isPresent();
    }

    /** What there is to say about how it came about, for people. */
    public List<String> explanations() {
        var lines = new ArrayList<String>();
        incremental.ifPresent(how -> {
            how.doubts()
                    .forEach(doubt ->
                            lines.add("%s: read and compared everything, as %s".formatted(id, doubt.sentence())));
            if (how.doubtfulFiles() > 0) {
                lines.add("%s: %d files were read whole, as they contradicted the WAL summaries"
                        .formatted(id, how.doubtfulFiles()));
            }
            how.damagedParent()
                    .ifPresent(damage -> lines.add(
                            "%s: read whole and stored again what %d damaged parts of %s no longer tell, the first: %s"
                                    .formatted(id, damage.parts(), parent.orElse("its parent"), damage.first())));
            if (how.consolidatedBytes() > 0) {
                lines.add("%s: %s were read and %s stored again to keep restores quick"
                        .formatted(
                                id,
                                new ByteSize(how.consolidatedBytes()),
                                new ByteSize(how.consolidatedStoredBytes())));
            }
        });
        passedOver.ifPresent(passed -> lines.add("%s: %s manifests cannot be read, the newest: %s"
                .formatted(
                        id,
                        parent.map(used -> "built upon %s, as %d newer".formatted(used, passed.backups()))
                                .orElseGet(() -> "read and stored everything, as %d".formatted(passed.backups())),
                        passed.newest())));
        damagedRelations.forEach(relation -> lines.add("%s: damaged pages in %s".formatted(id, relation)));
        return lines;
    }
}
