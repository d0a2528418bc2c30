package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyException;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.CopyNote;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.VoidManifestException;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.StoredObjects;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a copy of a backup in another store is, one rule at a time. */
class BackupCopyTest {

    @TempDir
    private Path folder;

    private KeyFileKey key;
    private Vault vault;
    private CopiedVault copy;

    @BeforeEach
    void make_a_vault_and_an_empty_store() {
        key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
        vault = new Vault(key);
        copy = new CopiedVault(vault, "/copy");
    }

    @AfterEach
    void every_backup_that_counts_can_be_restored_in_both() {
        SyntheticBackup.restoreAll(vault.repository);
        if (Repository.existsIn(copy.store)) {
            SyntheticBackup.restoreAll(copy.open());
        }
        copy.close();
        vault.close();
    }

    private static List<BackupId> ids(List<Manifest> manifests) {
        return manifests.stream().map(Manifest::id).toList();
    }

    private List<BackupId> restorable() {
        return ids(copy.open().manifests().readAll());
    }

    /** Changes a bit of a stored object, or changes it back. */
    private static void flip(ObjectStore store, ObjectKey key) {
        var bytes = StoredObjects.content(store, key);
        bytes[100] ^= 1;
        store.remove(key);
        StoredObjects.put(store, key, bytes);
    }

    private static List<String> keys(ObjectStore store) {
        try (var objects = store.list()) {
            return objects.map(object -> object.key().text()).toList();
        }
    }

    @Test
    void one_backup_is_a_repository_of_its_own_that_the_same_key_opens() {
        var last = ids(vault.days(4)).getLast();

        var result = copy.copy(last);

        assertThat(result.wasThere()).isFalse();
        assertThat(restorable()).containsExactly(last);
        var copied = copy.open();
        assertThat(copied.id()).isEqualTo(vault.repository.id());
        SyntheticBackup.restore(copied, copied.manifests().read(last));
    }

    @Test
    void one_that_is_stopped_holds_nothing_any_more_and_is_finished_later() {
        var last = ids(vault.days(4)).getLast();
        var source = vault.repository;
        var target = CopyTarget.open(source, copy.store, CopyProgress.NONE);
        var copies = new AtomicReference<BackupCopy>();
        var stopping = new CopyProgress() {
            @Override
            public void expected(String what, long objects, long bytes) {}

            @Override
            public void advanced(long bytes) {
                copies.get().cancel();
            }

            @Override
            public void remark(String remark, String hint) {}
        };
        copies.set(new BackupCopy(source, target, new BackupCopy.Settings("test", 1), stopping));

        assertThatThrownBy(() -> copies.get().copy(last, CopiedVault.NO_WAL))
                .isInstanceOfSatisfying(
                        CopyException.class,
                        stopped -> assertThat(stopped.isCancel()).isTrue());

        for (var place : List.of(source, target)) {
            assertThat(new Holds(place).inForce(place.store().now())).isEmpty();
        }
        assertThat(restorable()).isEmpty();
        copy.copy(last);
        assertThat(restorable()).containsExactly(last);
    }

    @Test
    void a_backup_whose_deadline_has_passed_counts_where_it_was_copied_to_and_stays() {
        var taken = ids(vault.days(3));
        vault.time.advance(Duration.ofDays(5));

        taken.forEach(copy::copy);

        assertThat(restorable()).isEqualTo(taken);
        vault.time.advance(Duration.ofDays(3));
        copy.expire();
        copy.expire();
        assertThat(restorable()).isEqualTo(taken);
    }

    @Test
    void the_same_bytes_put_there_by_anybody_else_so_late_do_not_count() {
        var taken = ids(vault.days(1)).getFirst();
        vault.time.advance(Duration.ofDays(5));
        CopyTarget.open(vault.repository, copy.store, CopyProgress.NONE);
        try (var objects = vault.store.list()) {
            objects.map(object -> object.key())
                    .filter(object -> copy.store.find(object).isEmpty())
                    .forEach(object ->
                            StoredObjects.put(copy.store, object, StoredObjects.content(vault.store, object)));
        }

        assertThat(copy.open().manifests().find(taken)).isEmpty();
        assertThatThrownBy(() -> copy.copy(taken))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("does not count");
    }

    @Test
    void a_note_counts_for_a_day_and_only_for_what_comes_after_it() {
        var taken = ids(vault.days(1)).getFirst();
        vault.time.advance(Duration.ofDays(5));
        var target = CopyTarget.open(vault.repository, copy.store, CopyProgress.NONE);
        new Intents(target).openCopy(taken, Set.of(taken), "test").whole();
        vault.time.advance(CopyNote.LIFE.plusSeconds(1));
        StoredObjects.put(copy.store, taken.manifestKey(), StoredObjects.content(vault.store, taken.manifestKey()));
        vault.time.advance(Duration.ofSeconds(1));
        new Intents(target).openCopy(taken, Set.of(taken), "test").whole();

        assertThat(target.manifests().find(taken)).isEmpty();
        // Nor do its own packs stay for it.
        vault.time.advance(Duration.ofHours(26));
        copy.expire();
        assertThat(copy.content()).isEmpty();
    }

    /** Made late, by one copy. */
    private BackupId late() {
        var taken = ids(vault.days(1)).getFirst();
        vault.time.advance(Duration.ofDays(5));
        copy.copy(taken);
        return taken;
    }

    @Test
    void names_that_begin_as_those_of_notes_change_nothing() {
        var taken = late();
        for (var name : List.of("copy-0", "copy-00000000", "copy-0000000", "copy-x", "copy-99999999")) {
            StoredObjects.put(copy.store, taken.folder().child(name), new byte[0]);
        }

        assertThat(restorable()).containsExactly(taken);
        copy.expire();
        copy.expire();
        assertThat(restorable()).containsExactly(taken);
    }

    @Test
    void a_damaged_note_stops_the_keeper_and_costs_nothing() {
        var taken = late();
        var notes =
                keys(copy.store).stream().filter(key -> key.contains("/copy-")).toList();
        var whole = notes.stream().map(ObjectKey::new).toList();
        var before =
                whole.stream().collect(Collectors.toMap(key -> key, key -> StoredObjects.content(copy.store, key)));
        whole.forEach(key -> {
            var time = copy.store.find(key).orElseThrow().stored();
            flip(copy.store, key);
            copy.disk.touch(Path.of("/copy", key.text()), time);
        });

        assertThat(restorable()).isEmpty();
        assertThatThrownBy(copy::expire).isInstanceOf(RemovalException.class).hasMessageContaining("copy-0000000");
        assertThat(copy.content()).contains("manifest/" + taken);

        before.forEach((key, bytes) -> {
            var time = copy.store.find(key).orElseThrow().stored();
            copy.store.remove(key);
            StoredObjects.put(copy.store, key, bytes);
            copy.disk.touch(Path.of("/copy", key.text()), time);
        });
        assertThat(restorable()).containsExactly(taken);
    }

    /** Whoever slept while a keeper removed what it had copied must not make a manifest count by the note of another copy. */
    @Test
    void a_manifest_does_not_count_by_the_note_of_a_copy_that_has_only_begun() {
        var last = ids(vault.days(4)).getLast();
        vault.time.advance(Duration.ofDays(5));
        try (var turns = new Turns()) {
            var sleeper = turns.begin("sleeper", copy.store, view -> copy.copy(vault.store, view, last));
            while (!sleeper.next().contains("create manifest/")) {
                sleeper.step();
            }
            vault.time.advance(Duration.ofHours(26));
            copy.expire();
            copy.expire();
            assertThat(copy.content()).isEmpty();
            new Intents(copy.open()).openCopy(last, Set.of(last), "another");

            sleeper.finish();

            assertThat(sleeper.failure()).containsInstanceOf(VoidManifestException.class);
        }
        assertThat(restorable()).isEmpty();
    }

    @Test
    void what_lies_under_a_name_there_is_not_believed_for_its_size() {
        var last = ids(vault.days(1)).getFirst();
        CopyTarget.open(vault.repository, copy.store, CopyProgress.NONE);
        var pack = ObjectKey.of("backup", last.text(), "data-00000001");
        StoredObjects.put(copy.store, pack, new byte[StoredObjects.content(vault.store, pack).length]);

        assertThatThrownBy(() -> copy.copy(last))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining(pack.text())
                .hasMessageContaining("was in /copy before");
        assertThat(restorable()).isEmpty();
    }

    @Test
    void what_strangers_put_beside_the_keys_and_generations_keeps_nobody_from_copying() {
        var last = ids(vault.days(1)).getFirst();
        for (var name : List.of(
                "generation/00000099",
                "generation/x",
                "key/junk",
                "key/00000001/junk",
                "key-mark/x/y",
                "claim/zz/claim")) {
            StoredObjects.put(vault.store, new ObjectKey(name), new byte[70_000]);
        }

        copy.copy(last);

        assertThat(restorable()).containsExactly(last);
    }

    @Test
    void what_is_there_is_not_copied_again() {
        var taken = ids(vault.days(4));
        taken.subList(0, 3).forEach(copy::copy);

        var next = copy.copy(taken.getLast());
        var written = keys(vault.store).size() + keys(copy.store).size();
        var again = copy.copy(taken.getLast());

        assertThat(next.objects()).isPositive();
        assertThat(next.present()).isPositive();
        assertThat(again.wasThere()).isTrue();
        assertThat(again.objects()).isZero();
        assertThat(again.bytes()).isZero();
        assertThat(keys(vault.store).size() + keys(copy.store).size()).isEqualTo(written);
    }

    @Test
    void a_pack_that_was_lost_there_is_copied_again() {
        var taken = ids(vault.days(1)).getFirst();
        copy.copy(taken);
        var pack = ObjectKey.of("backup", taken.text(), "data-00000001");
        copy.store.remove(pack);

        var result = copy.copy(taken);

        assertThat(result.objects()).isEqualTo(1);
        assertThat(StoredObjects.content(copy.store, pack)).isEqualTo(StoredObjects.content(vault.store, pack));
    }

    @Test
    void a_copy_that_died_leaves_nothing_for_ever_and_can_be_made_again_at_once_and_later() {
        var last = ids(vault.days(4)).getLast();
        try (var turns = new Turns()) {
            var dying = turns.begin("copy", copy.store, view -> copy.copy(vault.store, view, last));
            while (!dying.next().contains("create manifest/")) {
                dying.step();
            }
            dying.kill();
        }
        var left = copy.content();

        // While its note lives, also packs stay that lie with backups which were not copied.
        copy.expire();
        copy.expire();
        assertThat(copy.content()).isEqualTo(left);
        vault.time.advance(Duration.ofHours(26));
        copy.expire();
        assertThat(copy.content()).isEmpty();

        copy.copy(last);
        assertThat(restorable()).containsExactly(last);
    }

    @Test
    void what_a_keeper_there_is_about_to_remove_is_not_built_upon() {
        var taken = ids(vault.days(2));
        copy.copy(taken.getFirst());
        vault.time.advance(Vault.WINDOW.plusDays(5));
        vault.backup().take();
        copy.copy(vault.repository.manifests().ids().getLast());
        var other = vault.open(copy.store);
        CondemnLists.read(other)
                .write(
                        other,
                        new CondemnList(
                                CondemnList.VERSION,
                                List.of(new CondemnList.Group(
                                        "x",
                                        "y",
                                        List.of(new CondemnList.Entry(
                                                "backup/%s/data-00000001".formatted(taken.getFirst()), 1))))));

        assertThatThrownBy(() -> copy.copy(taken.getLast()))
                .isInstanceOf(RemovalException.class)
                .hasMessageContaining("announced for removal");
        assertThat(restorable()).doesNotContain(taken.getLast());
    }

    @Test
    void a_damaged_pack_does_not_get_a_name_there() {
        var last = ids(vault.days(1)).getFirst();
        var pack = ObjectKey.of("backup", last.text(), "data-00000001");
        flip(vault.store, pack);

        assertThatThrownBy(() -> copy.copy(last))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining(pack.text())
                .hasMessageContaining("damaged");

        assertThat(copy.store.find(pack)).isEmpty();
        assertThat(restorable()).isEmpty();
        flip(vault.store, pack);
        copy.copy(last);
        assertThat(restorable()).containsExactly(last);
    }

    @Test
    void a_pack_that_is_missing_is_named() {
        var taken = ids(vault.days(2));
        var pack = ObjectKey.of("backup", taken.getFirst().text(), "data-00000001");
        var kept = StoredObjects.content(vault.store, pack);
        vault.store.remove(pack);

        assertThatThrownBy(() -> copy.copy(taken.getFirst()))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining(pack.text());

        assertThat(restorable()).isEmpty();
        StoredObjects.put(vault.store, pack, kept);
    }

    @Test
    void a_store_with_another_repository_is_not_touched() {
        var last = ids(vault.days(1)).getFirst();
        var disk = PowerFailureDisk.strict(vault.time);
        try (var store = FilesystemStore.create(disk, Path.of("/other"), vault.time);
                var other = Repository.initialise(store, "other", key, vault.time, new SecureRandom())) {
            var before = keys(other.store());

            assertThatThrownBy(() -> copy.copy(vault.store, other.store(), last))
                    .isInstanceOf(CopyException.class)
                    .hasMessageContaining("another repository");

            assertThat(keys(other.store())).isEqualTo(before);
        }
    }

    @Test
    void nothing_is_held_when_it_is_over() {
        var last = ids(vault.days(2)).getLast();

        copy.copy(last);

        assertThat(new Holds(vault.repository).inForce(vault.time.instant())).isEmpty();
        assertThat(new Holds(copy.open()).inForce(vault.time.instant())).isEmpty();
    }

    @Test
    void a_copy_of_a_copy_is_one() {
        var taken = ids(vault.days(2));
        vault.time.advance(Duration.ofDays(4));
        taken.forEach(copy::copy);
        vault.time.advance(Duration.ofDays(4));
        try (var second = new CopiedVault(vault, "/second")) {
            taken.forEach(backup -> second.copy(copy.store, second.store, backup));

            assertThat(ids(second.open().manifests().readAll())).isEqualTo(taken);
            SyntheticBackup.restoreAll(second.open());
            assertThat(new TreeSet<>(second.content())).isEqualTo(copy.content());
        }
    }
}
