package io.holdfast.postgres.backup;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Intents;
import io.holdfast.repository.removal.OpenIntent;
import io.holdfast.repository.store.ObjectExistsException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A backup that has its name and its parent. The intent, which names both, is written before anything but the parent's manifest is read;
 * then it is looked again whether the parent stays, so that a keeper has seen the intent or we have seen its list.
 */
record Announcement(OpenIntent intent, EarlierBackups earlier) {

    /** @param choose what is known of earlier backups, the parent among them: none of those that it is handed */
    static Announcement make(
            Repository repository, MemberName member, Instant begun, Function<Set<BackupId>, EarlierBackups> choose) {
        var refused = new HashSet<BackupId>();
        while (true) {
            refused.addAll(new Intents(repository).condemned());
            var earlier = choose.apply(refused);
            var parent = earlier.parent();
            var intent = open(repository, member, begun, parent.map(ParentBackup::id));
            if (intent.parentStays()) {
                return new Announcement(intent, earlier);
            }
            parent.map(ParentBackup::id).ifPresent(refused::add);
        }
    }

    /** Two backups that begin in one second get different names. */
    private static OpenIntent open(Repository repository, MemberName member, Instant begun, Optional<BackupId> parent) {
        var kind = parent.isPresent() ? BackupId.Kind.INCREMENTAL : BackupId.Kind.FULL;
        var intents = new Intents(repository);
        for (var time = begun; ; time = time.plusSeconds(1)) {
            var id = BackupId.of(time, kind);
            try {
                if (intents.isFree(id)) {
                    return intents.open(id, parent, member.text(), begun);
                }
            } catch (ObjectExistsException _) {
                // Another backup has this name: the next second's is as good.
            }
        }
    }
}
