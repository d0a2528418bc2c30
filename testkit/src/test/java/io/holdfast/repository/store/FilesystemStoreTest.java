package io.holdfast.repository.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.testkit.ObjectStoreContract;
import io.holdfast.testkit.StoredObjects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemStoreTest extends ObjectStoreContract {

    private static final ObjectKey KEY = ObjectKey.of("pack", "p1");

    private final Path folder;

    FilesystemStoreTest(@TempDir Path temporary) {
        folder = temporary.resolve("Depot d'été; \"naïve\" $HOME %s 名\n").resolve("repository");
    }

    @Override
    protected ObjectStore openEmptyStore() {
        return FilesystemStore.create(new LocalDisk(), folder, InstantSource.system());
    }

    @Test
    void declares_what_a_local_file_system_can_do() {
        assertThat(store().capabilities())
                .containsExactlyInAnyOrder(Capability.CONDITIONAL_CREATE, Capability.CONSISTENT_LISTING);
    }

    @Test
    void an_object_is_a_file_at_its_key_and_nothing_else_stays() throws IOException {
        StoredObjects.put(store(), KEY, new byte[] {1, 2, 3});

        assertThat(folder.resolve("pack/p1")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(folder.resolve(".incoming")).isEmptyDirectory();
        assertThat(Files.getAttribute(folder.resolve("pack/p1"), "unix:nlink")).isEqualTo(1);
    }

    @Test
    void says_nothing_of_a_file_system_that_is_not_mounted_any_more() throws IOException {
        StoredObjects.put(store(), KEY, new byte[1]);
        var elsewhere = folder.resolveSibling("elsewhere");
        Files.move(folder, elsewhere);
        assertNothingIsSaid();
        // What a mount point looks like.
        Files.createDirectory(folder);
        assertNothingIsSaid();
        assertThat(folder).isEmptyDirectory();
        Files.delete(folder);
        Files.move(elsewhere, folder);

        assertThat(store().find(KEY)).isPresent();
    }

    private void assertNothingIsSaid() {
        for (var question : List.<ThrowingCallable>of(
                () -> store().find(KEY),
                () -> store().open(KEY),
                () -> store().list().close(),
                () -> store().list(ObjectKey.of("pack")).close(),
                () -> store().remove(KEY),
                () -> StoredObjects.put(store(), ObjectKey.of("pack", "p2"), new byte[1]))) {
            assertThatThrownBy(question)
                    .isInstanceOf(StoreException.class)
                    .isNotInstanceOf(ObjectMissingException.class);
        }
    }

    @Test
    void folders_that_a_removal_leaves_empty_go_but_those_of_the_root() throws IOException {
        var deep = new ObjectKey("a/b/c/one");
        var beside = new ObjectKey("a/b/two");
        StoredObjects.put(store(), deep, new byte[1]);
        StoredObjects.put(store(), beside, new byte[1]);

        store().remove(deep);
        assertThat(folder.resolve("a/b/c")).doesNotExist();
        assertThat(folder.resolve("a/b/two")).exists();

        store().remove(beside);
        assertThat(folder.resolve("a")).isEmptyDirectory();
    }

    @Test
    void an_object_finds_its_folder_again_that_a_removal_has_taken_away() {
        try (var keeper = FilesystemStore.openForWriting(new LocalDisk(), folder, InstantSource.system())) {
            StoredObjects.put(store(), new ObjectKey("a/b/c/one"), new byte[1]);
            try (var writer = store().create(new ObjectKey("a/b/c/two"))) {
                keeper.remove(new ObjectKey("a/b/c/one"));

                writer.commit();
            }
        }

        assertThat(store().find(new ObjectKey("a/b/c/two"))).isPresent();
    }

    @Test
    void writers_and_a_remover_in_one_folder_do_not_hinder_each_other() throws Exception {
        var problem = new AtomicReference<Throwable>();
        try (var keeper = FilesystemStore.openForWriting(new LocalDisk(), folder, InstantSource.system())) {
            var writer = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 50; i++) {
                        var key = new ObjectKey("a/b/c/" + i);
                        StoredObjects.put(store(), key, new byte[1]);
                        assertThat(store().find(key)).isPresent();
                        store().remove(key);
                    }
                } catch (Throwable e) {
                    // Rethrown by the test.
                    problem.set(e);
                }
            });
            for (int i = 0; writer.isAlive(); i++) {
                StoredObjects.put(keeper, new ObjectKey("a/b/c/other-" + i), new byte[1]);
                keeper.remove(new ObjectKey("a/b/c/other-" + i));
            }
            writer.join();
        }

        assertThat(problem).hasNullValue();
        assertThat(folder.resolve("a")).isEmptyDirectory();
    }

    @Test
    void an_object_is_as_old_as_its_name_and_not_as_its_last_byte() throws IOException {
        try (var writer = store().create(KEY)) {
            writer.write(ByteBuffer.wrap(new byte[1]));
            try (var temporary = Files.newDirectoryStream(folder.resolve(".incoming"))) {
                for (var file : temporary) {
                    Files.setLastModifiedTime(file, FileTime.from(store().now().minus(Duration.ofDays(2))));
                }
            }

            writer.commit();
        }

        assertThat(store().find(KEY).orElseThrow().stored())
                .isAfter(store().now().minus(Duration.ofMinutes(1)));
    }

    @Test
    void the_world_has_no_access() throws IOException {
        StoredObjects.put(store(), KEY, new byte[1]);

        try (var paths = Files.walk(folder)) {
            assertThat(paths)
                    .allSatisfy(path -> assertThat(Files.getPosixFilePermissions(path))
                            .doesNotContain(
                                    PosixFilePermission.OTHERS_READ,
                                    PosixFilePermission.OTHERS_WRITE,
                                    PosixFilePermission.OTHERS_EXECUTE,
                                    PosixFilePermission.GROUP_WRITE));
        }
    }

    @Test
    void foreign_names_are_no_objects() throws IOException {
        StoredObjects.put(store(), KEY, new byte[1]);
        Files.createDirectories(folder.resolve("lost+found/x"));
        Files.createDirectories(folder.resolve(".snapshot/pack"));
        Files.writeString(folder.resolve(".snapshot/pack/p0"), "x");
        Files.writeString(folder.resolve("pack/.nfs0001"), "x");
        Files.writeString(folder.resolve("pack/p1~"), "x");
        Files.createSymbolicLink(folder.resolve("pack/link"), folder);

        assertThat(keys()).containsExactly("pack/p1");
    }

    @Test
    void a_key_beneath_an_object_is_refused() {
        StoredObjects.put(store(), KEY, new byte[1]);

        var refusal = catchThrowableOfType(
                StoreException.class,
                () -> StoredObjects.put(store(), KEY.child("below").child("it"), new byte[1]));

        assertThat(refusal)
                .hasMessage(
                        "object 'pack/p1/below/it' would be a file where a folder is, or beneath a file, in " + folder);
        assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
        assertThat(refusal.code()).isEqualTo("store.nested-key");
    }

    @Test
    void a_key_above_an_object_is_refused() {
        StoredObjects.put(store(), KEY, new byte[1]);

        var refusal = catchThrowableOfType(
                StoreException.class, () -> StoredObjects.put(store(), ObjectKey.of("pack"), new byte[1]));

        assertThat(refusal.code()).isEqualTo("store.nested-key");
    }

    @Test
    void nested_keys_are_refused_at_commit_too() {
        try (var above = store().create(ObjectKey.of("pack"));
                var below = store().create(KEY);
                var furtherBelow = store().create(KEY.child("below"))) {
            below.commit();

            assertThat(catchThrowableOfType(StoreException.class, above::commit).code())
                    .isEqualTo("store.nested-key");
            assertThat(catchThrowableOfType(StoreException.class, furtherBelow::commit)
                            .code())
                    .isEqualTo("store.nested-key");
        }
        assertThat(keys()).containsExactly("pack/p1");
    }

    @Test
    void a_missing_folder_is_refused_and_not_made() {
        var missing = folder.resolveSibling("not mounted");

        var refusal = catchThrowableOfType(
                StoreException.class,
                () -> FilesystemStore.openForWriting(new LocalDisk(), missing, InstantSource.system()));

        assertThat(refusal).hasMessage("no folder '%s'".formatted(missing));
        assertThat(refusal.hint())
                .isEqualTo("mount its file system, correct the path, or make a repository there with 'holdfast init'");
        assertThat(missing).doesNotExist();
    }

    @Test
    void a_store_opened_for_reading_reads_and_refuses_to_write() {
        StoredObjects.put(store(), KEY, new byte[] {5});

        try (var reading = FilesystemStore.openForReading(new LocalDisk(), folder, InstantSource.system())) {
            assertThat(StoredObjects.content(reading, KEY)).containsExactly(5);
            assertThat(reading.capabilities()).containsExactly(Capability.CONSISTENT_LISTING);
            var refusal = catchThrowableOfType(StoreException.class, () -> reading.create(ObjectKey.of("pack", "p2")));
            assertThat(refusal).hasMessage(folder + " is open for reading only");
        }
    }

    @Test
    void opening_for_writing_sweeps_temporary_files_older_than_a_day_and_no_others() throws IOException {
        var stale = temporaryFile("0123", Duration.ofHours(25));
        var recent = temporaryFile("4567", Duration.ofHours(23));

        FilesystemStore.openForReading(new LocalDisk(), folder, InstantSource.system())
                .close();
        assertThat(stale).exists();
        FilesystemStore.openForWriting(new LocalDisk(), folder, InstantSource.system())
                .close();

        assertThat(stale).doesNotExist();
        assertThat(recent).exists();
    }

    private Path temporaryFile(String name, Duration age) throws IOException {
        var file = Files.createFile(folder.resolve(".incoming").resolve(name));
        return Files.setLastModifiedTime(file, FileTime.from(store().now().minus(age)));
    }
}
