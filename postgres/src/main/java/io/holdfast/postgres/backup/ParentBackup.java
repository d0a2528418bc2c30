package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.StorageLayout;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.summary.PriorBackup;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A backup whose frames an incremental one may share. */
record ParentBackup(Manifest manifest, BackupDetails details) {

    /** A clock that goes wrong does so by more. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    /** How many manifests are read at most, those of other generations included. */
    private static final int MOST_READ = 512;

    /** How many of this generation are looked at for one on the way to where the server is now, before any other will do. */
    private static final int MOST_LOOKED_AT = 64;

    /**
     * The newest of this cluster that the server's history leads back to; else the newest, as frames can be compared with those
     * of any. Those that claim to be of the future come last: a clock was wrong then, and it would be long until others are newer.
     *
     * @param refused not to be built upon: somebody is going to remove them
     */
    static EarlierBackups find(
            Repository repository,
            int generation,
            int samenessEpoch,
            StorageLayout layout,
            TimelineHistory history,
            Set<BackupId> refused,
            Instant now) {
        int lookedAt = 0;
        var newest = Optional.<BackupDetails>empty();
        var other = Optional.<ParentBackup>empty();
        var unreadable = new ArrayList<Unreadable>();
        for (var id : newestFirst(repository, refused, now)) {
            var manifest = repository.manifests().find(id);
            if (manifest.isEmpty()) {
                repository.unreadable().of(id.manifestKey()).ifPresent(unreadable::add);
            } else if (manifest.get().generation() == generation) {
                if (++lookedAt > MOST_LOOKED_AT) {
                    break;
                }
                var found = new ParentBackup(manifest.get(), BackupDetails.of(manifest.get()));
                newest = newest.or(() -> Optional.of(found.details()));
                if (found.isLaidOutAs(layout, samenessEpoch)) {
                    if (found.isWithin(history)) {
                        return new EarlierBackups(Optional.of(found), newest, unreadable);
                    }
                    other = other.or(() -> Optional.of(found));
                }
            }
        }
        return new EarlierBackups(other, newest, unreadable);
    }

    private static List<BackupId> newestFirst(Repository repository, Set<BackupId> refused, Instant now) {
        return repository.manifests().ids().stream()
                .filter(id -> !refused.contains(id))
                .sorted(Comparator.comparing((BackupId id) -> id.begun().isAfter(now.plus(CLOCKS_DIFFER)))
                        .thenComparing(BackupId::text, Comparator.reverseOrder()))
                .limit(MOST_READ)
                .toList();
    }

    BackupId id() {
        return manifest.id();
    }

    PriorBackup position() {
        return new PriorBackup(details.timeline(), details.start(), details.stop());
    }

    /** Files in which it has damaged pages, as far as it names them. */
    Set<String> damagedFiles() {
        return details.damagedPages().stream().map(DamagedPage::file).collect(Collectors.toSet());
    }

    private boolean isWithin(TimelineHistory history) {
        return history.passes(details.timeline(), details.stop());
    }

    /** Frames and hashes of another size or key cannot be compared. */
    private boolean isLaidOutAs(StorageLayout layout, int samenessEpoch) {
        return manifest.frameSize() == CopySettings.FRAME_SIZE
                && manifest.samenessEpoch() == samenessEpoch
                && details.blockSize() == layout.blockBytes();
    }
}
