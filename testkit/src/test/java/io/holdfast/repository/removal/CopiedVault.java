package io.holdfast.repository.removal;

import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopiedWal;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.PowerFailureDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Another store, on a disk of its own and with the clock of a vault, to which the vault's backups are copied. */
final class CopiedVault implements AutoCloseable {

    /** Of files without a server. */
    static final CopiedWal NO_WAL = new CopiedWal() {
        @Override
        public JsonNode held() {
            return Json.mapper().createObjectNode();
        }

        @Override
        public List<ObjectKey> objects() {
            return List.of();
        }
    };

    final Vault vault;
    final PowerFailureDisk disk;
    final ObjectStore store;

    CopiedVault(Vault vault, String folder) {
        this.vault = vault;
        this.disk = PowerFailureDisk.strict(vault.time);
        this.store = FilesystemStore.create(disk, Path.of(folder), vault.time);
    }

    BackupCopy.Result copy(BackupId backup) {
        return copy(vault.store, store, backup);
    }

    /** The same through views of the two stores. */
    BackupCopy.Result copy(ObjectStore from, ObjectStore to, BackupId backup) {
        var source = vault.open(from);
        var target = CopyTarget.open(source, to, CopyProgress.NONE);
        var settings = new BackupCopy.Settings("test", 1);
        return new BackupCopy(source, target, settings, CopyProgress.NONE).copy(backup, NO_WAL);
    }

    /** What is there, for whoever has the vault's key. */
    Repository open() {
        return vault.open(store);
    }

    Keeper keeper(ObjectStore view) {
        return new Keeper(vault.open(view), new PlainContents(), RetentionPolicy.ofWindow(Vault.WINDOW), Vault.GRACE);
    }

    /** Condemns, waits until the grace has passed, and removes. */
    void expire() {
        expire(store, Vault.GRACE);
    }

    void expire(ObjectStore view, Duration pause) {
        keeper(view).run();
        vault.time.advance(pause);
        keeper(view).run();
    }

    /** The names of packs and manifests. */
    Set<String> content() {
        try (var objects = store.list()) {
            return objects.map(object -> object.key().text())
                    .filter(key -> key.startsWith("manifest/") || key.contains("/data-") || key.contains("/map-"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
