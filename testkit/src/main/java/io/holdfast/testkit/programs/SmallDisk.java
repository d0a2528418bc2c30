package io.holdfast.testkit.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real file system of a fixed size, in memory, which ends with the test. Only root can make one. */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one.
     *
     * @param folder an empty one
     * @param options of tmpfs, for example {@code size=8m} or {@code nr_inodes=100}
     */
    public static SmallDisk mount(Path folder, String options) {
        run("mount", "-t", "tmpfs", "-o", "mode=0755," + options, "tmpfs", folder.toString());
        return new SmallDisk(folder);
    }

    /** Changes its size; what is on it stays. */
    public void resize(String options) {
        run("mount", "-o", "remount," + options, folder.toString());
    }

    /** Whether this user may mount, and mounting works here. */
    static boolean canBeMade() {
        try {
            var folder = Files.createTempDirectory("small-disk");
            try (var disk = mount(folder, "size=64k")) {
                return Files.isDirectory(disk.folder);
            } catch (UncheckedIOException _) {
                return false;
            } finally {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... words) {
        try {
            var program = new ProcessBuilder(words).redirectErrorStream(true).start();
            var output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (program.waitFor() != 0) {
                throw new IOException(String.join(" ", words) + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        run("umount", folder.toString());
    }
}
