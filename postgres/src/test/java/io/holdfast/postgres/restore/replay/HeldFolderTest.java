package io.holdfast.postgres.restore.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links lead nowhere, and a path that is changed under way changes nothing. */
class HeldFolderTest {

    @TempDir
    private Path folder;

    private Path held;
    private Path outside;

    @BeforeEach
    void make_folders() throws IOException {
        held = Files.createDirectory(folder.resolve("held"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), "mine");
    }

    private static HeldFolder open(Path path) throws IOException {
        return HeldFolder.openWithin(path, UnprivilegedUser.current());
    }

    @Test
    void a_file_replaces_a_link_but_not_what_it_points_to() throws Exception {
        Files.createSymbolicLink(held.resolve("beat"), outside.resolve("file"));
        Files.createSymbolicLink(held.resolve(".beat.new"), outside.resolve("file"));

        try (var open = open(held)) {
            open.replace("beat", "1".getBytes(UTF_8), true);
        }

        assertThat(held.resolve("beat")).hasContent("1");
        assertThat(Files.isSymbolicLink(held.resolve("beat"))).isFalse();
        assertThat(outside.resolve("file")).hasContent("mine");
    }

    @Test
    void what_a_link_points_to_is_neither_read_nor_opened_nor_given_away() throws Exception {
        Files.createSymbolicLink(held.resolve("file"), outside.resolve("file"));
        Files.createSymbolicLink(held.resolve("inner"), outside);
        var owner = Files.getAttribute(outside.resolve("file"), "unix:uid");

        try (var open = open(held)) {
            assertThatThrownBy(() -> open.read("file")).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> open.lockFile("file")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> open.child("inner")).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> open(held.resolve("inner"))).isInstanceOf(IOException.class);
        assertThat(Files.getAttribute(outside.resolve("file"), "unix:uid")).isEqualTo(owner);
    }

    @Test
    void it_stays_the_same_folder_when_its_path_leads_elsewhere() throws Exception {
        try (var open = open(held)) {
            Files.move(held, folder.resolve("moved"));
            Files.createSymbolicLink(held, outside);

            open.replace("file", "ours".getBytes(UTF_8), false);

            assertThat(open.names()).containsExactly("file");
        }
        assertThat(folder.resolve("moved/file")).hasContent("ours");
        assertThat(outside.resolve("file")).hasContent("mine");
    }

    @Test
    void a_link_in_place_of_a_folder_is_removed_and_a_folder_is_emptied_without_following() throws Exception {
        Files.createSymbolicLink(held.resolve("wal"), outside);

        try (var open = open(held)) {
            try (var wal = open.folder("wal")) {
                assertThat(wal.names()).isEmpty();
            }
            assertThat(Files.isSymbolicLink(held.resolve("wal"))).isFalse();
            Files.createDirectories(held.resolve("wal/deep"));
            Files.createSymbolicLink(held.resolve("wal/deep/link"), outside);
            open.remove("wal");
            assertThat(open.names()).isEmpty();
        }
        assertThat(outside.resolve("file")).hasContent("mine");
    }
}
