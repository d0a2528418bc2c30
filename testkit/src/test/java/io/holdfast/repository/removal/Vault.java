package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A repository on a disk in memory whose clock stands still until it is moved. */
public final class Vault implements AutoCloseable {

    static final Duration GRACE = Duration.ofHours(1);
    static final Duration WINDOW = Duration.ofDays(10);

    public final SettableTime time = new SettableTime(Instant.parse("2026-03-01T02:00:00Z"));
    public final PowerFailureDisk disk = PowerFailureDisk.strict(time);
    public final ObjectStore store = FilesystemStore.create(disk, Path.of("/vault"), time);
    public final Repository repository;
    private final KeyFileKey key;
    private long seed = 1;

    public Vault(KeyFileKey key) {
        this.key = key;
        this.repository = Repository.initialise(store, "vault", key, time, new SecureRandom());
    }

    /** The same repository for somebody whose operations on the store another view sees. */
    Repository open(ObjectStore view) {
        return Repository.open(view, key);
    }

    public SyntheticBackup backup() {
        return backup(repository);
    }

    SyntheticBackup backup(Repository view) {
        return new SyntheticBackup(view, time.instant(), seed++);
    }

    /** One a day, the last of them now. */
    public List<Manifest> days(int count) {
        var taken = new java.util.ArrayList<Manifest>();
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                time.advance(Duration.ofDays(1));
            }
            taken.add(backup().take());
        }
        return taken;
    }

    Keeper keeper() {
        return keeper(repository);
    }

    Keeper keeper(Repository view) {
        return new Keeper(view, new PlainContents(), RetentionPolicy.ofWindow(WINDOW), GRACE);
    }

    /** Condemns, waits until the grace has passed, and removes. */
    RemovalReport expire() {
        keeper().run();
        time.advance(GRACE);
        return keeper().run();
    }

    List<String> keys() {
        try (var objects = store.list()) {
            return objects.map(StoredObject::key).map(Object::toString).toList();
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
