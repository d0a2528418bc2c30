package io.holdfast.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.Secret;
import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Several keys and epochs of one repository, opened as every command does. */
class KeyChangesTest {

    private static final InstantSource TIME = InstantSource.fixed(Instant.parse("2026-02-28T23:59:58.123Z"));
    private static final ObjectKey OLD_OBJECT = new ObjectKey("check/old");
    private static final ObjectKey NEW_OBJECT = new ObjectKey("check/new");

    private record Note(String text) {}

    private MemoryStore store = new MemoryStore();
    private final SecureRandom random = new SeededRandom(12);

    @TempDir
    private Path folder;

    private KeyFileKey old;
    private KeyFileKey successor;
    private int files;

    @BeforeEach
    void make_a_repository() {
        old = keyFile();
        successor = keyFile();
        Repository.initialise(store, "shop", old, TIME, random).objects().createDocument(OLD_OBJECT, new Note("old"));
    }

    @AfterEach
    void nothing_is_left_open() {
        assertThat(store.leaks()).isZero();
    }

    @Nested
    class Adding {

        @Test
        void lets_another_key_read_and_write_everything_and_takes_nothing_from_the_first() {
            changes(old).replace(List.of(named(successor)));
            var sheet = RecoveryKey.draw(random);

            changes(successor).add(new NewKey(sheet, "safe"));

            opensEverything(sheet, 2);
            opensEverything(successor, 2);
        }

        @Test
        void twice_changes_nothing() {
            var first = changes(old).add(named(successor));
            var before = names();

            assertThat(changes(old).add(named(successor))).isEqualTo(first);
            assertThat(names()).isEqualTo(before);
        }

        @Test
        void a_passphrase_stretches_it_once_for_all_epochs() {
            changes(old).replace(List.of(named(successor)));

            changes(successor).add(named(new PassphraseKey(Secret.of("correct horse"))));

            var salts = StoredKeys.read(store, Repository.open(store, old).id()).wraps().stream()
                    .filter(wrap -> wrap.kind().equals("passphrase"))
                    .map(KeyWrap::salt)
                    .toList();
            assertThat(salts).hasSize(2);
            assertThat(salts.getFirst()).isEqualTo(salts.getLast());
        }

        @ParameterizedTest
        @ValueSource(strings = {"a\nb", "\u0000", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})
        void refuses_a_label_that_cannot_be_shown(String label) {
            assertThat(catchThrowableOfType(KeyException.class, () -> new NewKey(successor, label)))
                    .hasMessage("not a label for a key");
        }
    }

    @Nested
    class Rotating {

        @Test
        void retires_the_old_key_which_then_reads_and_does_not_write() {
            changes(old).rotate(named(successor), false);

            opensEverything(successor, 1);
            var retired = Repository.open(store, old);
            assertThat(retired.objects().readDocument(OLD_OBJECT, Note.class)).isEqualTo(new Note("old"));
            var refusal = catchThrowableOfType(
                    KeyException.class, () -> retired.objects().createDocument(NEW_OBJECT, new Note("new")));
            assertThat(refusal)
                    .hasMessageMatching("this key \\([0-9a-f]{16}\\) of the repository in memory was retired at "
                            + "2026-02-28T23:59:58.123Z");
            assertThat(refusal.code()).isEqualTo("key.retired");
            assertThat(store.find(NEW_OBJECT)).isEmpty();
        }

        @Test
        void with_removal_leaves_the_old_key_nothing_to_open() {
            changes(old).rotate(named(successor), true);

            opensEverything(successor, 1);
            assertThat(refusal(old)).hasMessage("wrong key-file for the repository in memory");
        }

        /** Which is why rotation is no answer to a theft, and docs/keys.md says so. */
        @Test
        void does_not_keep_out_whoever_puts_a_copy_of_the_old_wrap_back() {
            var copies = copyOf("key/");
            changes(old).rotate(named(successor), true);
            successorWrites(NEW_OBJECT);

            copies.forEach(store::tamper);

            var thief = Repository.open(store, old);
            assertThat(thief.objects().readDocument(NEW_OBJECT, Note.class)).isEqualTo(new Note("new"));
            assertThat(thief.writeObstacle())
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.retired"));
        }

        @Test
        void to_the_same_key_is_refused() {
            var before = names();

            assertThat(catchThrowableOfType(
                            KeyException.class, () -> changes(old).rotate(named(old), true)))
                    .hasMessage("the new key is the one that opens the repository now");
            assertThat(names()).isEqualTo(before);
        }

        @Test
        void a_retired_key_changes_nothing_but_can_be_added_again_by_its_successor() {
            changes(old).rotate(named(successor), false);

            assertThat(catchThrowableOfType(
                                    KeyException.class, () -> changes(old).add(named(keyFile())))
                            .code())
                    .isEqualTo("key.retired");

            changes(successor).add(named(old));
            opensEverything(old, 1);
        }
    }

    @Nested
    class Retiring {

        @Test
        void needs_another_key_than_the_one_that_goes() {
            var gone = changes(old).add(new NewKey(successor, "alice"));

            assertThat(catchThrowableOfType(
                            KeyException.class, () -> changes(successor).retire(gone, false)))
                    .hasMessage("key %s is the one that opens the repository now", gone);
            changes(old).retire(gone, true);

            assertThat(refusal(successor)).hasMessage("wrong key-file for the repository in memory");
            opensEverything(old, 1);
        }

        @Test
        void what_is_not_there_is_refused() {
            var nobody = new KeyId("0123456789abcdef");

            assertThat(catchThrowableOfType(
                            KeyException.class, () -> changes(old).retire(nobody, false)))
                    .hasMessage("the repository in memory has no key 0123456789abcdef");
        }

        @Test
        void is_nothing_that_somebody_without_a_key_can_write() {
            changes(old).rotate(named(successor), false);
            doctor("key-mark/", mark -> mark.put("key", idOf(successor)));

            opensEverything(successor, 1);
        }

        @Test
        void of_a_key_of_a_later_epoch_is_nothing_that_a_thief_of_an_earlier_one_can_write() {
            var stolen = Repository.open(store, old);
            changes(old).replace(List.of(named(successor)));
            var epochOne = KeyStore.open(store, stolen.id(), old).first();

            var forged = KeyMark.of(epochOne, new KeyId(idOf(successor)), KeyMark.RETIRED, TIME.instant());
            PlainDocuments.create(store, forged.newName(random), forged);

            opensEverything(successor, 2);
        }
    }

    @Nested
    class Replacing {

        @Test
        void begins_an_epoch_that_the_old_key_neither_reads_nor_writes() {
            assertThat(changes(old).replace(List.of(named(successor)))).isEqualTo(2);
            successorWrites(NEW_OBJECT);

            opensEverything(successor, 2);
            assertThat(store.content(NEW_OBJECT)[11]).isEqualTo((byte) 2);
            var thief = Repository.open(store, old);
            assertThat(thief.objects().readDocument(OLD_OBJECT, Note.class)).isEqualTo(new Note("old"));
            assertThat(catchThrowableOfType(
                            KeyException.class, () -> thief.objects().readDocument(NEW_OBJECT, Note.class)))
                    .hasMessage("no key for epoch 2 was opened");
            var refusal = catchThrowableOfType(
                    KeyException.class,
                    () -> thief.objects().createDocument(new ObjectKey("check/third"), new Note("third")));
            assertThat(refusal)
                    .hasMessage("this key opens the repository in memory up to epoch 1, and epoch 2 has begun");
            assertThat(refusal.hint()).startsWith("the key was replaced: ");
            assertThat(refusal.code()).isEqualTo("key.older-epoch");
            assertThat(catchThrowableOfType(KeyException.class, thief::samenessEpoch))
                    .hasMessage(refusal.getMessage());
        }

        @Test
        void by_the_same_key_is_refused() {
            assertThat(catchThrowableOfType(
                            KeyException.class, () -> changes(old).replace(List.of(named(old)))))
                    .hasMessage("the new key is the one that opens the repository now");
            opensEverything(old, 1);
        }

        @Test
        void may_take_keys_along_that_opened_it_before() {
            var sheet = RecoveryKey.draw(random);
            changes(old).add(named(sheet));

            changes(old).replace(List.of(named(successor), named(sheet)));

            opensEverything(successor, 2);
            opensEverything(sheet, 2);
            assertThat(changes(sheet).inventory().keys())
                    .filteredOn(KeyEntry::inUse)
                    .singleElement()
                    .satisfies(key -> assertThat(key.epochs()).containsExactly(1, 2));
        }

        @Test
        void again_and_again_keeps_all_that_was_written_readable() {
            var by = old;
            for (int epoch = 2; epoch < 6; epoch++) {
                var next = keyFile();
                assertThat(changes(by).replace(List.of(named(next)))).isEqualTo(epoch);
                opensEverything(next, epoch);
                by = next;
            }
        }

        @Test
        void twice_at_once_begins_one_epoch_and_tells_the_other() {
            var second = keyFile();
            var slower = changes(old);
            var faster = changes(old);
            faster.replace(List.of(named(successor)));

            var refusal = catchThrowableOfType(KeyException.class, () -> slower.replace(List.of(named(second))));

            assertThat(refusal).hasMessage("epoch 2 was begun by somebody else at the same time");
            opensEverything(successor, 2);
            assertThat(Repository.open(store, second).writeObstacle())
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.older-epoch"));
        }
    }

    @Nested
    class Somebody_who_may_write_to_the_store {

        @Test
        void cannot_begin_an_epoch_but_stops_writing_and_not_reading() {
            var forged = new EpochStart(
                    0,
                    Repository.open(store, old).id(),
                    2,
                    TIME.instant(),
                    Bytes.of(new byte[16]),
                    Bytes.of(new byte[32]));
            PlainDocuments.create(store, EpochStart.name(2), forged);

            var opened = Repository.open(store, old);

            assertThat(opened.objects().readDocument(OLD_OBJECT, Note.class)).isEqualTo(new Note("old"));
            assertThat(opened.writeObstacle())
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.unproven-epoch"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{", "{\"version\": 1}"})
        void cannot_hide_the_newest_epoch_by_damaging_its_document(String content) {
            changes(old).replace(List.of(named(successor)));
            store.tamper(EpochStart.name(2), content.getBytes(StandardCharsets.UTF_8));

            var opened = Repository.open(store, successor);

            assertThat(opened.writeObstacle())
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.unproven-epoch"));
        }

        @Test
        void and_has_a_stolen_key_cannot_make_the_successor_write_with_a_key_of_his() {
            changes(old).replace(List.of(named(successor)));
            var repository = Repository.open(store, old).id();
            var stolen = KeyStore.open(store, repository, old).first();
            var forged = DataKey.draw(repository, 2, random);
            store.tamper(
                    EpochStart.name(2), Json.mapper().writeValueAsBytes(EpochStart.of(forged, stolen, TIME.instant())));

            var refused = Repository.open(store, successor).writeObstacle();

            assertThat(refused)
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.older-epoch"));
        }

        @Test
        void and_removes_the_wraps_of_an_epoch_makes_nobody_go_on_with_the_one_before() {
            changes(old).replace(List.of(named(successor)));
            successorWrites(NEW_OBJECT);
            names("key/00000002/").forEach(store::remove);

            var opened = Repository.open(store, successor);

            assertThat(opened.objects().readDocument(OLD_OBJECT, Note.class)).isEqualTo(new Note("old"));
            assertThat(opened.writeObstacle())
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.older-epoch"));
        }

        @Test
        void and_removes_all_wraps_leaves_a_refusal_and_no_new_key() {
            names("key/").forEach(store::remove);
            var before = names();

            assertThat(refusal(old)).hasMessageStartingWith("no key wrap in memory belongs to repository ");
            assertThat(names()).isEqualTo(before);
        }

        @Test
        void with_the_key_cannot_pass_another_data_key_off_as_the_first() {
            var repository = Repository.open(store, old).id();
            try (var derived = new DerivedKey(old)) {
                var wrap = KeyWrap.of(
                        DataKey.draw(repository, 1, random),
                        KeyWrap.Holder.draw(old, "", TIME.instant(), random),
                        derived,
                        random);
                PlainDocuments.create(store, new ObjectKey("key/00000001/0000000000000000"), wrap);
            }

            opensEverything(old, 1);
        }
    }

    @Nested
    class A_process_that_runs {

        @Test
        void goes_over_to_an_epoch_that_its_key_opens() {
            var sheet = RecoveryKey.draw(random);
            changes(old).add(named(sheet));
            var running = Repository.open(store, sheet);
            changes(old).replace(List.of(named(successor), named(sheet)));

            running.refreshKeys();
            running.objects().createDocument(NEW_OBJECT, new Note("new"));

            assertThat(store.content(NEW_OBJECT)[11]).isEqualTo((byte) 2);
            assertThat(running.objects().readDocument(OLD_OBJECT, Note.class)).isEqualTo(new Note("old"));
            opensEverything(successor, 2);
        }

        @Test
        void stops_writing_when_its_key_was_replaced_and_goes_on_once_it_is_trusted_again() {
            var running = Repository.open(store, old);
            changes(old).replace(List.of(named(successor)));

            running.refreshKeys();

            assertThat(running.writeObstacle())
                    .hasValueSatisfying(obstacle -> assertThat(obstacle.code()).isEqualTo("key.older-epoch"));
            assertThat(running.objects().readDocument(OLD_OBJECT, Note.class)).isEqualTo(new Note("old"));

            changes(successor).add(named(old));
            running.refreshKeys();
            running.objects().createDocument(NEW_OBJECT, new Note("new"));
            assertThat(store.content(NEW_OBJECT)[11]).isEqualTo((byte) 2);
        }

        @Test
        void goes_on_when_its_key_is_rotated_even_with_removal() {
            var running = Repository.open(store, old);
            changes(old).rotate(named(successor), true);

            running.refreshKeys();

            running.objects().createDocument(NEW_OBJECT, new Note("new"));
            opensEverything(successor, 1);
        }

        @Test
        void writes_nothing_that_nobody_could_open() {
            changes(old).replace(List.of(named(successor)));
            var running = Repository.open(store, successor);
            names("key/00000002/").forEach(store::remove);

            running.refreshKeys();

            assertThat(running.writeObstacle())
                    .hasValueSatisfying(obstacle ->
                            assertThat(obstacle).hasMessage("what opens epoch 2 of the repository in memory is gone"));
        }

        @Test
        void does_not_fall_back_when_the_document_of_its_epoch_disappears() {
            changes(old).replace(List.of(named(successor)));
            var running = Repository.open(store, successor);
            store.remove(EpochStart.name(2));

            running.refreshKeys();

            assertThat(running.writeObstacle())
                    .hasValueSatisfying(obstacle ->
                            assertThat(obstacle).hasMessage("what opens epoch 2 of the repository in memory is gone"));
        }

        @Test
        void that_was_refused_to_write_at_its_start_stays_refused() {
            changes(old).rotate(named(successor), false);
            var running = Repository.open(store, old);

            running.refreshKeys();

            assertThat(running.writeObstacle()).isPresent();
        }

        @Test
        void keeps_its_keys_when_the_store_cannot_be_asked() {
            var running = Repository.open(store, old);
            changes(old).replace(List.of(named(successor)));

            for (int operation = 1; operation < 12; operation++) {
                store.failAt(operation);
                try {
                    running.refreshKeys();
                    operation = 12;
                } catch (StoreException _) {
                    assertThat(running.writeObstacle()).isEmpty();
                }
            }
            store.mend();
            running.refreshKeys();

            assertThat(running.writeObstacle()).isPresent();
        }
    }

    @Nested
    class Cut_off_after_any_operation {

        @Test
        void adding_can_be_done_again() {
            changes(old).replace(List.of(named(successor)));
            var third = keyFile();

            interrupted(successor, changes -> changes.add(named(third)), third, 2);
        }

        @Test
        void rotation_can_be_done_again() {
            interrupted(old, changes -> changes.rotate(named(successor), false), successor, 1);
        }

        @Test
        void replacement_can_be_done_again() {
            interrupted(old, changes -> changes.replace(List.of(named(successor))), successor, 2);
        }

        @Test
        void import_from_a_sheet_can_be_done_again() {
            var sheet = RecoveryKey.draw(random);
            changes(old).add(named(sheet));
            var imported = keyFile();

            interrupted(sheet, changes -> changes.add(named(imported)), imported, 1);
        }

        /** For every n: fails at the n-th operation, then looks what the old key opens, then does it again. */
        private void interrupted(
                KeyEncryptionKey by, Consumer<KeyChanges> change, KeyEncryptionKey successor, int epochs) {
            var initial = copyOf("");
            boolean done = false;
            int runs = 0;
            for (int operation = 1; !done; operation++) {
                store = new MemoryStore();
                initial.forEach(store::tamper);
                var changes = changes(by);
                store.failAt(operation);
                try {
                    change.accept(changes);
                    done = true;
                } catch (StoreException _) {
                    runs++;
                }
                store.mend();
                assertThat(store.leaks()).isZero();
                readsEverything(by);
                again(by, change);
                opensEverything(successor, epochs);
                readsEverything(by);
            }
            assertThat(runs).isGreaterThan(8);
        }

        /** What was complete but for its answer is refused, and was done. */
        private void again(KeyEncryptionKey by, Consumer<KeyChanges> change) {
            try {
                change.accept(changes(by));
            } catch (KeyException e) {
                assertThat(e.code()).isIn("key.retired", "key.older-epoch");
            }
        }

        private void readsEverything(KeyEncryptionKey by) {
            assertThat(Repository.open(store, by).objects().readDocument(OLD_OBJECT, Note.class))
                    .isEqualTo(new Note("old"));
        }
    }

    @Nested
    class The_inventory {

        @Test
        void tells_the_keys_apart_and_what_was_confirmed() {
            changes(old).add(new NewKey(successor, "standby"));
            var sheet = RecoveryKey.draw(random);
            changes(old).add(new NewKey(sheet, "safe"));
            assertThat(changes(old).inventory().confirmedSheets()).isEmpty();

            changes(sheet).confirm();

            var inventory = changes(old).inventory();
            assertThat(inventory.keys()).hasSize(3);
            assertThat(inventory.confirmedSheets()).singleElement().satisfies(confirmed -> {
                assertThat(confirmed.label()).isEqualTo("safe");
                assertThat(confirmed.confirmed()).contains(TIME.instant());
            });
            assertThat(inventory.keys()).filteredOn(KeyEntry::inUse).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void takes_no_sheet_for_confirmed_of_which_a_wrap_has_gone(int epoch) {
            changes(old).replace(List.of(named(successor)));
            var third = keyFile();
            changes(successor).replace(List.of(named(third)));
            var sheet = RecoveryKey.draw(random);
            var added = changes(third).add(new NewKey(sheet, "safe"));
            changes(sheet).confirm();
            assertThat(changes(third).inventory().confirmedSheets()).hasSize(1);
            var id = Repository.open(store, old).id();

            StoredKeys.namesOf(store, id, added).stream()
                    .filter(name -> name.text().contains("/%08d/".formatted(epoch)))
                    .forEach(store::remove);

            assertThat(changes(third).inventory().confirmedSheets()).isEmpty();
        }

        @Test
        void forgets_a_confirmation_when_a_new_epoch_begins_that_the_sheet_does_not_open() {
            var sheet = RecoveryKey.draw(random);
            changes(old).add(named(sheet));
            changes(sheet).confirm();

            changes(old).replace(List.of(named(successor)));

            assertThat(changes(successor).inventory().confirmedSheets()).isEmpty();
            assertThat(catchThrowableOfType(
                                    KeyException.class, () -> changes(sheet).confirm())
                            .code())
                    .isEqualTo("key.older-epoch");
        }

        @Test
        void names_what_cannot_be_read() {
            store.tamper(new ObjectKey("key/00000001/broken"), new byte[0]);

            assertThat(changes(old).inventory().remarks())
                    .containsExactly(
                            "stored metadata cannot be read: 'key/00000001/broken' does not hold what its name says");
        }
    }

    private KeyFileKey keyFile() {
        files++;
        return KeyFileKey.generate(folder.resolve("key-" + files), random);
    }

    private static NewKey named(KeyEncryptionKey key) {
        return new NewKey(key, "");
    }

    private KeyChanges changes(KeyEncryptionKey by) {
        return Repository.open(store, by).keyChanges(TIME, random);
    }

    private KeyException refusal(KeyEncryptionKey by) {
        return catchThrowableOfType(KeyException.class, () -> Repository.open(store, by));
    }

    private String idOf(KeyEncryptionKey by) {
        var repository = Repository.open(store, by).id();
        return KeyStore.open(store, repository, by).ids().iterator().next().text();
    }

    private void successorWrites(ObjectKey name) {
        Repository.open(store, successor).objects().createDocument(name, new Note("new"));
    }

    /** Reads what is there, and writes under the newest epoch. */
    private void opensEverything(KeyEncryptionKey by, int epochs) {
        var opened = Repository.open(store, by);
        assertThat(opened.writeObstacle()).isEmpty();
        assertThat(opened.samenessEpoch()).isEqualTo(epochs);
        for (var name : names("check/")) {
            assertThat(opened.objects().readDocument(name, Note.class).text()).isNotEmpty();
        }
        opened.objects().createDocument(new ObjectKey("check/by-" + names().size()), new Note("another"));
    }

    private List<ObjectKey> names() {
        return names("");
    }

    private List<ObjectKey> names(String prefix) {
        try (var objects = store.list()) {
            return new ArrayList<>(objects.map(StoredObject::key)
                    .filter(key -> key.text().startsWith(prefix))
                    .toList());
        }
    }

    private Map<ObjectKey, byte[]> copyOf(String prefix) {
        var copies = new TreeMap<ObjectKey, byte[]>();
        names(prefix).forEach(name -> copies.put(name, store.content(name)));
        return copies;
    }

    private void doctor(String prefix, Consumer<ObjectNode> change) {
        for (var name : names(prefix)) {
            var document = (ObjectNode) Json.mapper().readTree(store.content(name));
            change.accept(document);
            store.tamper(name, Json.mapper().writeValueAsBytes(document));
        }
    }
}
