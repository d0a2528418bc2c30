package io.holdfast.repository.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.StoredObjects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store says when its file system fails it, and what it leaves. */
class FilesystemStoreTroubleTest {

    private static final Path FOLDER = Path.of("/srv/repository");
    private static final ObjectKey KEY = ObjectKey.of("pack", "p1");

    private final SettableTime time = SettableTime.nearMidnight();
    private final PowerFailureDisk disk = PowerFailureDisk.strict(time);
    private final ObjectStore store = FilesystemStore.create(disk, FOLDER, time);

    @Test
    void no_space_is_said_with_the_folder_and_what_is_left_and_nothing_is_visible() {
        disk.noSpaceAfter(100);

        var failure = catchThrowableOfType(StoreException.class, () -> StoredObjects.put(store, KEY, new byte[101]));

        assertThat(failure).hasMessage("cannot write object 'pack/p1': no space left in '/srv/repository'");
        assertThat(failure.hint())
                .isEqualTo("0 bytes are usable there: free some, raise the quota or enlarge the file system");
        assertThat(failure.kind()).isEqualTo(ProblemKind.ENVIRONMENT);
        assertThat(failure.code()).isEqualTo("store.no-space");
        assertThat(failure.retryable()).isFalse();
        assertThat(store.find(KEY)).isEmpty();
        assertThat(disk.list(FOLDER.resolve(".incoming"))).isEmpty();
    }

    @Test
    void an_object_whose_write_failed_cannot_be_committed() {
        disk.noSpaceAfter(100);

        try (var writer = store.create(KEY)) {
            assertThatThrownBy(() -> writer.write(ByteBuffer.allocate(101))).isInstanceOf(StoreException.class);
            disk.noSpaceAfter(1_000_000);

            assertThatIllegalStateException().isThrownBy(writer::commit);
        }
        assertThat(store.find(KEY)).isEmpty();
    }

    @Test
    void objects_can_be_written_again_once_there_is_space() {
        disk.noSpaceAfter(100);
        assertThatThrownBy(() -> StoredObjects.put(store, KEY, new byte[101])).isInstanceOf(StoreException.class);

        disk.noSpaceAfter(1_000_000);
        StoredObjects.put(store, KEY, new byte[101]);

        assertThat(StoredObjects.content(store, KEY)).hasSize(101);
    }

    @Test
    void a_read_only_file_system_is_named_as_such() {
        disk.writeProtected(true);

        var failure = catchThrowableOfType(StoreException.class, () -> StoredObjects.put(store, KEY, new byte[1]));

        assertThat(failure).hasMessageStartingWith("cannot create object 'pack/p1': no permission for '");
        assertThat(failure.hint())
                .isEqualTo("run as the user that owns the repository, or give this one access;"
                        + " see whether it is mounted read-only");
        assertThat(failure.kind()).isEqualTo(ProblemKind.ENVIRONMENT);
        assertThat(failure.code()).isEqualTo("store.no-permission");
    }

    @Test
    void opening_for_reading_changes_nothing_and_needs_no_permission_to() {
        StoredObjects.put(store, KEY, new byte[] {3});
        disk.writeProtected(true);
        var operations = disk.operations();

        try (var reading = FilesystemStore.openForReading(disk, FOLDER, time)) {
            assertThat(StoredObjects.content(reading, KEY)).containsExactly(3);
            assertThat(reading.list()).hasSize(1);
        }
        assertThat(disk.operations()).isEqualTo(operations);
    }

    @Test
    void opening_for_writing_without_permission_is_refused_at_once() {
        disk.writeProtected(true);

        var failure =
                catchThrowableOfType(StoreException.class, () -> FilesystemStore.openForWriting(disk, FOLDER, time));

        assertThat(failure).hasMessageStartingWith("cannot prepare '/srv/repository' for writing: no permission for '");
        assertThat(failure.code()).isEqualTo("store.no-permission");
    }

    /** Not even root can make files in the kernel's own file system; for others a folder without write permission does. */
    @Test
    void a_real_folder_without_write_permission_is_refused(@TempDir Path temporary) throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r-xr-x---"));
        var forbidden = Files.isWritable(temporary) ? Path.of("/sys/kernel") : temporary;

        var failure = catchThrowableOfType(
                StoreException.class, () -> FilesystemStore.create(new LocalDisk(), forbidden.resolve("r"), time));

        assertThat(failure).hasMessage("cannot create folder '%s/r': no permission for '%s/r'", forbidden, forbidden);
        assertThat(failure.code()).isEqualTo("store.no-permission");
    }

    @Test
    void other_failures_may_pass() {
        var writer = store.create(KEY);
        disk.list(FOLDER.resolve(".incoming"))
                .forEach(entry -> disk.delete(FOLDER.resolve(".incoming").resolve(entry.name())));

        var failure = catchThrowableOfType(StoreException.class, writer::commit);

        assertThat(failure).hasMessageStartingWith("cannot write object 'pack/p1' in /srv/repository: ");
        assertThat(failure.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        writer.close();
        assertThat(store.find(KEY)).isEmpty();
    }
}
