package io.holdfast.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.NeedsSmallDisk;
import io.holdfast.testkit.programs.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {

    @TempDir
    private Path folder;

    private Path left(String name) throws IOException {
        var sandbox = Files.createDirectory(folder.resolve("holdfast-verify-" + name));
        Files.createFile(sandbox.resolve("lock"));
        return sandbox;
    }

    @Test
    @NeedsSmallDisk
    void one_that_cannot_be_removed_keeps_no_other_from_being_made_or_removed() throws IOException {
        var mounted = Files.createDirectory(left("00000001").resolve("mounted"));
        var other = left("00000002");
        try (var _ = SmallDisk.mount(mounted, "size=64k")) {
            assertThat(Sandbox.sweep(folder)).containsExactly(other);
            assertThat(mounted).exists();
        }

        assertThat(Sandbox.sweep(folder)).containsExactly(mounted.getParent());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void nobody_else_can_lock_one() throws IOException {
        try (var sandbox = Sandbox.create(folder)) {
            assertThat(Files.getPosixFilePermissions(sandbox.folder().resolve("lock")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Sandbox.sweep(folder)).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }
}
