package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.lock.BackupLocks;
import io.holdfast.repository.retention.Verdict;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLockedException;
import io.holdfast.repository.store.ObjectLocks;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.StoredObjects;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a keeper and a backup do when a store refuses, over a disk whose clock is set. What a bucket does: LockedVaultIT. */
class LockedKeeperTest {

    @TempDir
    private Path folder;

    private Vault vault;

    /** Whose removal is refused. */
    private final Set<ObjectKey> locked = new HashSet<>();

    /** Whether the store says so when it is asked before. */
    private boolean tells = true;

    private Repository locking;

    @BeforeEach
    void make_a_vault() {
        vault = new Vault(KeyFileKey.generate(folder.resolve("key"), new SecureRandom()));
        locking = vault.open(refusing(vault.store));
    }

    @AfterEach
    void everything_that_is_listed_can_be_restored() {
        SyntheticBackup.restoreAll(vault.repository);
        vault.close();
    }

    private ObjectStore refusing(ObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    switch (method.getName()) {
                        case "capabilities" -> {
                            var all = EnumSet.copyOf(store.capabilities());
                            all.add(Capability.RETENTION_LOCK);
                            return all;
                        }
                        case "notRemovableUntil" -> {
                            return tells && locked.contains(arguments[0])
                                    ? Optional.of(Instant.MAX)
                                    : Optional.<Instant>empty();
                        }
                        case "locks" -> {
                            return Optional.of(new Extended(store));
                        }
                        case "remove" -> {
                            if (locked.contains(arguments[0])) {
                                throw new ObjectLockedException(
                                        "here", (ObjectKey) arguments[0], Optional.empty(), null);
                            }
                        }
                        default -> {}
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Takes every extension of what is there. */
    private record Extended(ObjectStore store) implements ObjectLocks {

        @Override
        public LockTerms terms() {
            return new LockTerms(Duration.ofDays(30), Duration.ofDays(2));
        }

        @Override
        public void extend(ObjectKey key, Instant until) {
            if (store.find(key).isEmpty()) {
                throw new ObjectMissingException("here", key);
            }
        }
    }

    private RemovalReport expire() {
        vault.keeper(locking).run();
        vault.time.advance(Vault.GRACE);
        return vault.keeper(locking).run();
    }

    @Test
    void a_backup_whose_manifest_is_on_legal_hold_stays_whole() {
        var oldest = vault.days(15).getFirst().id();
        locked.add(oldest.manifestKey());

        var report = expire();

        assertThat(report.verdicts())
                .filteredOn(verdict -> verdict.backup().equals(oldest))
                .singleElement()
                .isInstanceOfSatisfying(
                        Verdict.Keep.class,
                        keep -> assertThat(keep.reasons().getFirst()).startsWith("on legal hold"));
        assertThat(RemovalReport.objects(report.removed())).isPositive();
        assertThat(vault.repository.manifests().ids()).contains(oldest).hasSize(13);
    }

    @Test
    void what_a_backup_reaches_stays_when_its_manifest_is_locked_at_the_last_moment() {
        var oldest = vault.days(15).getFirst().id();
        tells = false;
        locked.add(oldest.manifestKey());

        var report = expire();

        assertThat(RemovalReport.objects(report.locked())).isGreaterThan(1);
        assertThat(SyntheticBackup.restoreAll(vault.repository)).contains(oldest);
        locked.clear();
        vault.keeper(locking).run();
        assertThat(vault.repository.manifests().ids()).doesNotContain(oldest);
        assertThat(vault.keys()).noneMatch(key -> key.startsWith("backup/" + oldest.text() + "/intent"));
    }

    @Test
    void a_list_that_somebody_locked_ends_no_run() {
        vault.days(15);
        expire();
        var lists = List.of(CondemnLists.key(1), CondemnLists.doneKey(1));
        locked.addAll(lists);
        vault.days(2);
        expire();
        vault.time.advance(Duration.ofDays(3));

        vault.keeper(locking).run();

        assertThat(vault.keys()).contains(lists.getFirst().text());
        locked.clear();
        vault.keeper(locking).run();
        assertThat(vault.keys())
                .doesNotContain(lists.getFirst().text(), lists.getLast().text());
    }

    @Test
    void a_backup_that_shares_what_is_not_there_is_not_committed_as_locked() {
        var manifest = vault.days(1).getFirst();
        var locks = BackupLocks.of(locking).orElseThrow();
        var piece = new ObjectKey("claim/db1/00000001/00000001/wal/00000001/0000000001000000-0000000001000100");
        locks.protect(manifest, () -> List.of(piece));
        var pack = vault.keys().stream()
                .filter(key -> key.contains("/data-"))
                .findFirst()
                .orElseThrow();
        var bytes = StoredObjects.content(vault.store, new ObjectKey(pack));
        vault.store.remove(new ObjectKey(pack));

        assertThatThrownBy(() -> locks.protect(manifest, List::of))
                .isInstanceOf(ObjectMissingException.class)
                .hasMessageContaining(pack);
        StoredObjects.put(vault.store, new ObjectKey(pack), bytes);
    }
}
