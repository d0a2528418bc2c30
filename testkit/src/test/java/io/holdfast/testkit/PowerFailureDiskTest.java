package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.NoSpaceException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PowerFailureDiskTest {

    private static final Path FOLDER = Path.of("/spool");
    private static final Path FILE = FOLDER.resolve("file");

    private final SettableTime time = SettableTime.nearMidnight();
    private final PowerFailureDisk disk = PowerFailureDisk.strict(time);

    PowerFailureDiskTest() {
        disk.createDirectories(FOLDER);
    }

    @Nested
    class After_a_power_cut {

        @Test
        void a_forced_file_without_a_forced_name_is_gone() {
            try (var file = disk.create(FILE)) {
                file.write(text("x"));
                file.force();
            }

            disk.powerCut();

            assertThat(disk.list(FOLDER)).isEmpty();
        }

        @Test
        void a_forced_name_without_forced_content_is_an_empty_file() {
            try (var file = disk.create(FILE)) {
                file.write(text("x"));
            }
            disk.forceDirectory(FOLDER);

            disk.powerCut();

            assertThat(content(disk, FILE)).isEmpty();
        }

        @Test
        void what_was_appended_or_cut_since_the_last_force_is_undone() {
            durable("abcdef");
            try (var file = disk.append(FILE)) {
                file.truncate(2);
                file.write(text("XYZ+more"));
                assertThat(content(disk, FILE)).isEqualTo("abXYZ+more");
            }

            disk.powerCut();

            assertThat(content(disk, FILE)).isEqualTo("abcdef");
        }

        @Test
        void what_was_forced_after_a_cut_is_there() {
            durable("abcdef");
            try (var file = disk.append(FILE)) {
                file.truncate(2);
                file.write(text("X"));
                file.force();
                file.write(text("Y"));
            }

            disk.powerCut();

            assertThat(content(disk, FILE)).isEqualTo("abX");
        }

        @Test
        void removals_and_renames_that_were_not_forced_are_undone() {
            durable("old");
            disk.createDirectories(FOLDER.resolve("other"));
            disk.move(FILE, FOLDER.resolve("other/renamed"));
            assertThat(disk.exists(FILE)).isFalse();

            disk.powerCut();

            assertThat(content(disk, FILE)).isEqualTo("old");
            assertThat(disk.exists(FOLDER.resolve("other/renamed"))).isFalse();
            disk.delete(FILE);
            disk.powerCut();
            assertThat(content(disk, FILE)).isEqualTo("old");
            disk.delete(FILE);
            disk.forceDirectory(FOLDER);
            disk.powerCut();
            assertThat(disk.exists(FILE)).isFalse();
        }

        @Test
        void two_names_of_one_file_still_are_one_file() {
            durable("a");
            disk.link(FILE, FOLDER.resolve("second"));
            disk.forceDirectory(FOLDER);

            disk.powerCut();

            try (var file = disk.append(FILE)) {
                file.write(text("b"));
            }
            assertThat(content(disk, FOLDER.resolve("second"))).isEqualTo("ab");
        }

        @Test
        void open_files_are_dead() {
            var file = disk.create(FILE);

            disk.powerCut();

            assertThatThrownBy(() -> file.write(text("x"))).isInstanceOf(PowerCutException.class);
            file.close();
        }
    }

    @Test
    void a_killed_process_loses_nothing_but_its_open_files() {
        var file = disk.create(FILE);
        file.write(text("unforced"));

        disk.kill();

        assertThat(content(disk, FILE)).isEqualTo("unforced");
        assertThatThrownBy(file::force).isInstanceOf(PowerCutException.class);
    }

    @Test
    void the_machine_stays_stopped_until_it_is_started() {
        durable("a");
        disk.failAt(2);

        disk.link(FILE, FOLDER.resolve("first"));
        assertThatThrownBy(() -> disk.link(FILE, FOLDER.resolve("second")))
                .isInstanceOf(PowerCutException.class)
                .hasMessage("interrupted at: link /spool/second");
        assertThat(disk.stopped()).isTrue();
        assertThatThrownBy(() -> disk.exists(FILE)).isInstanceOf(PowerCutException.class);
        assertThatThrownBy(() -> disk.delete(FILE)).isInstanceOf(PowerCutException.class);

        disk.kill();

        assertThat(disk.list(FOLDER)).extracting(Disk.Entry::name).containsExactly("file", "first");
    }

    @Test
    void the_adversary_leaves_every_mixture_of_what_was_not_forced() {
        Set<String> seen = new HashSet<>();
        for (var seed = 0; seed < 300; seed++) {
            var adversary = PowerFailureDisk.adversarial(time, seed);
            adversary.createDirectories(FOLDER);
            try (var file = adversary.create(FILE)) {
                file.write(text("old"));
                file.force();
                adversary.forceDirectory(FOLDER);
                file.write(text("new"));
            }
            adversary.create(FOLDER.resolve("second")).close();
            adversary.powerCut();

            assertThat(content(adversary, FILE)).startsWith("old");
            seen.add(content(adversary, FILE) + (adversary.exists(FOLDER.resolve("second")) ? " and second" : ""));
        }

        assertThat(seen)
                .contains(
                        "old",
                        "old and second",
                        "oldnew",
                        "oldnew and second",
                        "oldne",
                        "old\0\0\0",
                        "old\0\0\0 and second");
    }

    @Test
    void the_same_seed_leaves_the_same() {
        assertThat(leftBySeed(7)).isEqualTo(leftBySeed(7));
    }

    @Test
    void space_runs_out_in_the_middle_of_a_write() {
        disk.noSpaceAfter(3);

        try (var file = disk.create(FILE)) {
            assertThatThrownBy(() -> file.write(text("abcd")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(NoSpaceException.class);
        }

        assertThat(content(disk, FILE)).isEqualTo("abc");
        assertThat(disk.usableSpace(FOLDER)).isZero();
    }

    @Test
    void refuses_what_a_file_system_refuses() {
        durable("a");

        assertThatThrownBy(() -> disk.create(FILE)).hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.link(FILE, FILE)).hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.create(FOLDER.resolve("none/x"))).hasCauseInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(FOLDER.resolve("none"))).hasCauseInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.createDirectories(FILE)).hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.createDirectories(FILE.resolve("x")))
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
        disk.writeProtected(true);
        assertThatThrownBy(() -> disk.delete(FILE)).hasCauseInstanceOf(AccessDeniedException.class);
        disk.writeProtected(false).withoutHardLinks();
        assertThatThrownBy(() -> disk.link(FILE, FOLDER.resolve("second")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private void durable(String content) {
        try (var file = disk.create(FILE)) {
            file.write(text(content));
            file.force();
        }
        disk.forceDirectory(FOLDER);
    }

    private String leftBySeed(long seed) {
        var adversary = PowerFailureDisk.adversarial(time, seed);
        adversary.createDirectories(FOLDER);
        for (var i = 0; i < 20; i++) {
            adversary.create(FOLDER.resolve("f" + i)).close();
        }
        adversary.powerCut();
        return adversary.list(FOLDER).toString();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String content(Disk disk, Path path) {
        try (var file = disk.open(path)) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (bytes.hasRemaining()) {
                file.read(bytes.position(), bytes);
            }
            return new String(bytes.array(), StandardCharsets.US_ASCII);
        }
    }
}
