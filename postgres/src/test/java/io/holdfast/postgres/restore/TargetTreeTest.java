package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTreeTest {

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    void what_its_owner_may_not_write_to_is_filled_before_it_is_closed() throws Exception {
        for (boolean existed : List.of(false, true)) {
            var tree = tree();
            var closed = folder.resolve("closed");
            var key = closed.resolve("server.key");

            tree.folder(closed, 0500);
            tree.file(key, 0400, 1);

            assertThat(asOwner("printf more >> \"$1/server.key\" && : > \"$1/next\"", closed))
                    .as("a file that was there: %s", existed)
                    .isZero();

            tree.finish();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)))
                    .isEqualTo("r-x------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("r--------");
        }
    }

    private TargetTree tree() {
        return new TargetTree(placement(), FileOwner.of(folder), new FolderSweep(false, _ -> false));
    }

    private Placement placement() {
        return Placement.of(folder, List.of(), new TablespaceChoice.Within());
    }

    private int asOwner(String script, Path argument) throws Exception {
        var user = FileOwner.of(folder).user();
        return user.start(user.program(List.of("sh", "-c", script, "sh", argument.toString()))
                        .inheritIO())
                .waitFor();
    }
}
