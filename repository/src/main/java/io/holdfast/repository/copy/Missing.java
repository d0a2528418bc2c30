package io.holdfast.repository.copy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.removal.Reach;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a copy would have to copy: asks two stores, and changes neither. Confined to one thread. */
public final class Missing {

    private final Repository source;
    private final Optional<ObjectStore> target;
    private final List<BackupId> backups = new ArrayList<>();
    private final Map<ObjectKey, StoredObject> objects = new TreeMap<>();

    /**
     * Asks nothing yet.
     *
     * @param target empty where nothing is yet
     */
    public Missing(Repository source, Optional<ObjectStore> target) {
        this.source = source;
        this.target = target;
    }

    /** A backup, with the WAL that it needs. */
    public void addBackup(Manifest manifest, Collection<ObjectKey> wal) {
        var manifestKey = manifest.id().manifestKey();
        if (target.flatMap(store -> store.find(manifestKey)).isEmpty()) {
            backups.add(manifest.id());
        }
        var reach = new Reach(source.objects());
        reach.add(manifest);
        add(reach.packs().stream().map(PackId::key).toList());
        add(wal);
        add(List.of(manifestKey));
    }

    public void add(Collection<ObjectKey> keys) {
        var there = target.map(store -> Presence.of(store, keys)).orElse(Map.of());
        Presence.of(source.store(), keys).forEach((key, object) -> {
            if (!there.containsKey(key)) {
                objects.put(key, object);
            }
        });
    }

    /** That are not there. */
    public List<BackupId> backups() {
        return List.copyOf(backups);
    }

    public long objects() {
        return objects.size();
    }

    public long bytes() {
        return objects.values().stream().mapToLong(StoredObject::size).sum();
    }
}
