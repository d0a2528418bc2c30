package io.holdfast.repository.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.disk.Disk;
import io.holdfast.testkit.CrashLoop;
import io.holdfast.testkit.CrashLoop.Interruption;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesystemStorePowerFailureTest {

    private static final Path FOLDER = Path.of("/srv/back up's/repository");
    private static final List<ObjectKey> KEYS =
            List.of(ObjectKey.of("pack", "00", "p1"), ObjectKey.of("pack", "00", "p2"), ObjectKey.of("manifest", "m1"));

    private final SettableTime time = SettableTime.nearMidnight();

    @Test
    void every_operation_interrupted_on_a_disk_that_forgets_everything() {
        var interruptions = loop(() -> PowerFailureDisk.strict(time), Interruption.POWER_CUT);

        assertThat(interruptions).isGreaterThan(30);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50, 100, 150})
    void every_operation_interrupted_on_a_disk_that_forgets_some(int firstSeed) {
        for (var i = 0; i < 50; i++) {
            var seed = firstSeed + i;
            try {
                loop(() -> PowerFailureDisk.adversarial(time, seed), Interruption.POWER_CUT);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void every_operation_interrupted_on_a_disk_without_hard_links() {
        loop(() -> PowerFailureDisk.strict(time).withoutHardLinks(), Interruption.POWER_CUT);
        for (var seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            loop(
                    () -> PowerFailureDisk.adversarial(time, random.nextLong()).withoutHardLinks(),
                    Interruption.POWER_CUT);
        }
    }

    @Test
    void what_a_killed_writer_left_visible_outlives_a_later_power_failure() {
        new CrashLoop<List<ObjectKey>>(() -> PowerFailureDisk.strict(time), ArrayList::new)
                .run(Interruption.KILL, this::createThree, (disk, _) -> {
                    try (var store = FilesystemStore.create(disk, FOLDER, time)) {
                        var visible = keys(store);
                        StoredObjects.put(store, ObjectKey.of("pack", "00", "later"), content(9));

                        disk.powerCut();

                        assertThat(keys(FilesystemStore.openForReading(disk, FOLDER, time)))
                                .containsAll(visible)
                                .contains(ObjectKey.of("pack", "00", "later"));
                    }
                });
    }

    @Test
    void an_object_that_a_creator_was_told_of_outlives_a_power_failure() {
        var key = KEYS.getFirst();
        new CrashLoop<List<ObjectKey>>(() -> PowerFailureDisk.strict(time), ArrayList::new)
                .run(
                        Interruption.KILL,
                        (disk, _) -> {
                            try (var store = FilesystemStore.create(disk, FOLDER, time)) {
                                StoredObjects.put(store, key, content(0));
                            }
                        },
                        (disk, _) -> {
                            var told = isToldThatItExists(disk, key);

                            disk.powerCut();

                            if (told) {
                                var store = FilesystemStore.openForReading(disk, FOLDER, time);
                                assertThat(StoredObjects.content(store, key)).isEqualTo(content(0));
                            }
                        });
    }

    @Test
    void an_object_outlives_a_power_failure_in_a_folder_that_another_writer_made_and_did_not_force() {
        var key = ObjectKey.of("pack", "00", "other");
        new CrashLoop<List<ObjectKey>>(() -> PowerFailureDisk.strict(time), ArrayList::new)
                .run(Interruption.KILL, this::createThree, (disk, _) -> {
                    hideLeftovers(disk);
                    StoredObjects.put(FilesystemStore.create(disk, FOLDER, time), key, content(0));

                    disk.powerCut();

                    var store = FilesystemStore.openForReading(disk, FOLDER, time);
                    assertThat(StoredObjects.content(store, key)).isEqualTo(content(0));
                });
    }

    @Nested
    class The_double_itself {

        @Test
        void loses_objects_of_a_store_that_forces_no_content() {
            assertThatThrownBy(() -> loop(() -> PowerFailureDisk.strict(time), NoForce.OF_FILES))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("after POWER_CUT in operation");
        }

        @Test
        void loses_objects_of_a_store_that_forces_no_folders() {
            assertThatThrownBy(() -> loop(() -> PowerFailureDisk.strict(time), NoForce.OF_FOLDERS))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("after POWER_CUT in operation");
        }

        @Test
        void catches_a_store_that_forces_nothing_when_it_forgets_some_too() {
            assertThatThrownBy(() -> loop(() -> PowerFailureDisk.adversarial(time, 1), NoForce.OF_FILES))
                    .isInstanceOf(AssertionError.class);
        }
    }

    private long loop(Supplier<PowerFailureDisk> disks, Interruption interruption) {
        return new CrashLoop<List<ObjectKey>>(disks, ArrayList::new)
                .run(interruption, this::createThree, this::everyCommittedObjectIsThereAndTheStoreWorksOn);
    }

    private long loop(Supplier<PowerFailureDisk> disks, NoForce negligence) {
        return new CrashLoop<List<ObjectKey>>(disks, ArrayList::new)
                .run(
                        Interruption.POWER_CUT,
                        (disk, committed) -> createThree(new NegligentDisk(disk, negligence), committed),
                        this::everyCommittedObjectIsThereAndTheStoreWorksOn);
    }

    private void createThree(Disk disk, List<ObjectKey> committed) {
        try (var store = FilesystemStore.create(disk, FOLDER, time)) {
            for (var i = 0; i < KEYS.size(); i++) {
                StoredObjects.put(store, KEYS.get(i), content(i));
                committed.add(KEYS.get(i));
            }
        }
    }

    private void everyCommittedObjectIsThereAndTheStoreWorksOn(PowerFailureDisk disk, List<ObjectKey> committed) {
        try (var store = FilesystemStore.create(disk, FOLDER, time)) {
            assertThat(keys(store)).containsAll(committed).isSubsetOf(KEYS);
            for (var i = 0; i < KEYS.size(); i++) {
                if (store.find(KEYS.get(i)).isEmpty()) {
                    StoredObjects.put(store, KEYS.get(i), content(i));
                }
                assertThat(StoredObjects.content(store, KEYS.get(i))).isEqualTo(content(i));
            }
        }
        disk.powerCut();
        assertThat(keys(FilesystemStore.openForReading(disk, FOLDER, time))).containsExactlyInAnyOrderElementsOf(KEYS);
    }

    private boolean isToldThatItExists(PowerFailureDisk disk, ObjectKey key) {
        if (!disk.exists(FOLDER.resolve(".incoming"))) {
            return false;
        }
        hideLeftovers(disk);
        try (var store = FilesystemStore.openForWriting(disk, FOLDER, time)) {
            StoredObjects.put(store, key, content(0));
            return false;
        } catch (ObjectExistsException e) {
            return true;
        }
    }

    /** As for a writer that was open already: one that finds leftovers when it opens forces every folder. */
    private static void hideLeftovers(Disk disk) {
        var incoming = FOLDER.resolve(".incoming");
        disk.list(incoming).forEach(entry -> disk.delete(incoming.resolve(entry.name())));
    }

    private static List<ObjectKey> keys(ObjectStore store) {
        try (var listing = store.list()) {
            return listing.map(StoredObject::key).toList();
        }
    }

    private static byte[] content(int number) {
        var bytes = new byte[3000 + number];
        new Random(number).nextBytes(bytes);
        return bytes;
    }
}
