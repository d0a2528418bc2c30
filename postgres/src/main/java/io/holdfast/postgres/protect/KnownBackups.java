package io.holdfast.postgres.protect;

import io.holdfast.repository.manifest.ManifestCatalogue;
import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The backups that count for a schedule. Found by their names, which say when they began, so that two manifests are read at
 * most, however many there are. One that claims to have begun in the future was taken while the clock was wrong: it says
 * nothing about when the next is due, and would put it off until then.
 *
 * @param newestFull may be the same
 * @param count of all backups
 */
public record KnownBackups(Optional<TakenBackup> newest, Optional<TakenBackup> newestFull, int count) {

    /** How far another host's clock may be ahead of this one's. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    public static final KnownBackups NONE = new KnownBackups(Optional.empty(), Optional.empty(), 0);

    public static KnownBackups look(ManifestCatalogue manifests, Instant now) {
        return NONE.again(manifests, now);
    }

    /** Looks again, reading only what is not known yet. */
    public KnownBackups again(ManifestCatalogue manifests, Instant now) {
        var ids = manifests.ids();
        var past = ids.stream().filter(id -> isPast(id, now)).toList();
        var last = last(manifests, past);
        var full = last.filter(backup -> backup.id().kind() == BackupId.Kind.FULL)
                .or(() -> last(
                        manifests,
                        past.stream()
                                .filter(id -> id.kind() == BackupId.Kind.FULL)
                                .toList()));
        return new KnownBackups(last, full, ids.size());
    }

    /** Without those of a cluster before an upgrade: nothing of the present one can be recovered with them. */
    public KnownBackups ofGeneration(int generation) {
        return new KnownBackups(
                newest.filter(backup -> backup.generation() == generation),
                newestFull.filter(backup -> backup.generation() == generation),
                count);
    }

    private static boolean isPast(BackupId id, Instant now) {
        return !id.begun().isAfter(now.plus(TOLERANCE));
    }

    /** The last one that counts: one that is void, or was removed since it was listed, says nothing. */
    private Optional<TakenBackup> last(ManifestCatalogue manifests, List<BackupId> ids) {
        return ids.reversed().stream()
                .flatMap(id -> read(manifests, id).stream())
                .findFirst();
    }

    private Optional<TakenBackup> read(ManifestCatalogue manifests, BackupId id) {
        return newest.filter(backup -> backup.id().equals(id))
                .or(() -> newestFull.filter(backup -> backup.id().equals(id)))
                .or(() -> manifests.find(id).map(TakenBackup::of));
    }
}
