package io.holdfast.repository.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.repository.key.KeyFileKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {

    private final LocalDisk disk = new LocalDisk();
    private final Path folder;
    private final Path file;

    LocalDiskTest(@TempDir Path temporary) {
        folder = temporary.resolve("it's a \"folder\" é");
        file = folder.resolve("file");
        disk.createDirectories(folder);
    }

    @Test
    void writes_at_the_end_and_reads_anywhere() throws IOException {
        try (var writing = disk.create(file)) {
            writing.write(text("hello "));
            writing.write(text("world"));
            writing.truncate(7);
            writing.write(text("!"));
            writing.force();

            assertThat(writing.size()).isEqualTo(8);
            assertThat(read(writing, 6, 10)).isEqualTo("w!");
            assertThat(writing.read(8, ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        try (var again = disk.append(file)) {
            again.write(text("?"));
        }
        assertThat(Files.readString(file)).isEqualTo("hello w!?");
        try (var reading = disk.open(file)) {
            assertThat(reading.size()).isEqualTo(9);
            assertThat(read(reading, 0, 5)).isEqualTo("hello");
        }
    }

    @Test
    void truncating_to_more_than_the_size_changes_nothing() throws IOException {
        try (var writing = disk.create(file)) {
            writing.write(text("ab"));
            writing.truncate(100);
            writing.write(text("c"));
        }
        assertThat(Files.readString(file)).isEqualTo("abc");
    }

    @Test
    void the_world_can_read_nothing_that_it_makes() throws IOException {
        disk.create(file).close();
        disk.createDirectories(folder.resolve("a/b"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .matches("rw-[r-]-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))))
                .matches("rwx[r-]-[x-]---");
    }

    /** A restore by root places a hold: were it root's, the repository's owner could not even list the holds any more. */
    @Test
    void what_root_makes_belongs_to_the_owner_of_its_folder() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(folder, "unix:uid", 54_321);
        Files.setAttribute(folder, "unix:gid", 54_322);
        disk.create(file).close();
        disk.createDirectories(folder.resolve("a/b"));
        KeyFileKey.generate(folder.resolve("key"), new SecureRandom());

        for (var made : List.of("file", "a", "a/b", "key")) {
            assertThat(Files.readAttributes(folder.resolve(made), "unix:uid,gid"))
                    .describedAs(made)
                    .isEqualTo(Map.of("uid", 54_321, "gid", 54_322));
        }
    }

    @Test
    void a_name_is_given_once() throws IOException {
        disk.create(file).close();
        Files.writeString(file, "x");

        disk.link(file, folder.resolve("second"));

        assertThat(folder.resolve("second")).hasContent("x");
        assertThatThrownBy(() -> disk.create(file)).hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.link(file, folder.resolve("second")))
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void a_rename_replaces() throws IOException {
        Files.writeString(file, "new");
        Files.writeString(folder.resolve("target"), "old");

        disk.move(file, folder.resolve("target"));
        disk.forceDirectory(folder);

        assertThat(folder.resolve("target")).hasContent("new");
        assertThat(disk.exists(file)).isFalse();
    }

    @Test
    void removing_what_is_absent_does_nothing() {
        disk.create(file).close();

        disk.delete(file);
        disk.delete(file);

        assertThat(disk.exists(file)).isFalse();
    }

    @Test
    void lists_files_and_folders_by_name_and_nothing_else() throws IOException {
        Files.writeString(file, "12345");
        disk.createDirectories(folder.resolve("Z"));
        Files.createSymbolicLink(folder.resolve("link"), file);

        var entries = disk.list(folder);

        assertThat(entries).extracting(Disk.Entry::name).containsExactly("Z", "file");
        assertThat(entries).extracting(Disk.Entry::isDirectory).containsExactly(true, false);
        assertThat(entries).extracting(Disk.Entry::size).containsExactly(0L, 5L);
        assertThat(disk.find(file)).contains(entries.get(1));
        assertThat(disk.list(folder.resolve("none"))).isEmpty();
        assertThat(disk.list(file)).isEmpty();
        assertThat(disk.list(file.resolve("below"))).isEmpty();
        assertThat(disk.find(file.resolve("below"))).isEmpty();
    }

    @Test
    void folders_may_be_there_already_but_not_as_files() throws IOException {
        Files.writeString(file, "x");

        disk.createDirectories(folder);

        assertThatThrownBy(() -> disk.createDirectories(file)).hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.createDirectories(file.resolve("below")))
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void usable_space_is_told() {
        assertThat(disk.usableSpace(folder)).isPositive();
    }

    @Nested
    class Errors_of_the_system {

        @Test
        void no_space_has_its_type() {
            try (var full = disk.append(Path.of("/dev/full"))) {
                assertThatThrownBy(() -> full.write(text("x")))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessage("/dev/full: no space left")
                        .hasCauseInstanceOf(NoSpaceException.class);
            }
        }

        @Test
        void no_permission_has_its_type_whatever_the_error_number() {
            assertThatThrownBy(() -> disk.create(Path.of("/sys/kernel/holdfast")))
                    .hasCauseInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> disk.createDirectories(Path.of("/sys/kernel/holdfast")))
                    .hasCauseInstanceOf(AccessDeniedException.class);
        }

        @Test
        void a_file_system_without_hard_links_is_told_from_a_failure() {
            assertThatThrownBy(() -> disk.link(Path.of("/sys/kernel/notes"), Path.of("/sys/kernel/second")))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> disk.link(file, folder.resolve("second")))
                    .hasCauseInstanceOf(NoSuchFileException.class);
        }

        @Test
        void others_keep_the_file_and_the_reason() {
            assertThatThrownBy(() -> disk.open(folder).read(0, ByteBuffer.allocate(1)))
                    .hasMessage(folder + ": Is a directory")
                    .hasCauseInstanceOf(FileSystemException.class);
        }
    }

    @Test
    void an_interrupted_reader_closes_the_file_for_itself_only() throws Exception {
        Files.writeString(file, "content");
        try (var reading = disk.open(file)) {
            var interrupted = new Throwable[1];
            var reader = new Thread(() -> {
                Thread.currentThread().interrupt();
                try {
                    reading.read(0, ByteBuffer.allocate(1));
                } catch (UncheckedIOException e) {
                    interrupted[0] = e;
                }
            });
            reader.start();
            reader.join();

            assertThat(interrupted[0]).hasRootCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(read(reading, 3, 4)).isEqualTo("tent");
            assertThat(reading.size()).isEqualTo(7);
        }
    }

    @Test
    void a_closed_file_stays_closed() throws IOException {
        Files.writeString(file, "content");
        var reading = disk.open(file);
        reading.close();

        assertThatThrownBy(() -> reading.read(0, ByteBuffer.allocate(1))).isInstanceOf(UncheckedIOException.class);
        reading.close();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(ReadableFile file, long offset, int length) {
        var target = ByteBuffer.allocate(length);
        var count = file.read(offset, target);
        return new String(target.array(), 0, count, StandardCharsets.US_ASCII);
    }
}
