package io.holdfast.postgres.capture;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.disk.NoSpaceException;
import io.holdfast.repository.document.Json;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The small documents of a state folder, each replaced atomically; every name has one writer. A file that only takes room
 * stands by for the moment when the disk is full: it gives way to what has to be said then.
 */
public final class StateFiles {

    private static final Logger LOG = LoggerFactory.getLogger(StateFiles.class);

    private static final String RESERVE = "reserve";

    /** Room for a few of these files at once, in blocks of every usual file system. */
    private static final int RESERVE_BYTES = 64 * 1024;

    private final Disk disk;
    private final Path folder;

    private StateFiles(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /**
     * The folder is made if it is missing.
     *
     * @throws HoldfastException if it cannot be made
     */
    static StateFiles create(Disk disk, Path folder) {
        var files = new StateFiles(disk, folder);
        try {
            disk.createDirectories(folder);
        } catch (UncheckedIOException e) {
            throw files.explain(e);
        }
        files.reserve();
        return files;
    }

    /** A folder as it is: nothing is written before it is asked for, and one that is missing holds nothing. */
    public static StateFiles in(Path folder) {
        return new StateFiles(new LocalDisk(), folder);
    }

    public Path folder() {
        return folder;
    }

    /**
     * One document; empty if it is absent.
     *
     * @throws HoldfastException if it is there and cannot be read
     */
    public <T> Optional<T> read(String name, Class<T> type) {
        var file = folder.resolve(name);
        try {
            if (!disk.exists(file)) {
                return Optional.empty();
            }
            try (var content = disk.open(file)) {
                var bytes = ByteBuffer.allocate(Math.toIntExact(content.size()));
                while (bytes.hasRemaining() && content.read(bytes.position(), bytes) > 0) {
                    // Reads on.
                }
                return Optional.of(Json.mapper().readValue(bytes.array(), type));
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return Optional.empty(); // another process was faster
            }
            throw CaptureException.stateFolderUnusable(file, e);
        } catch (JacksonException e) {
            throw CaptureException.stateFolderUnusable(file, e);
        }
    }

    /**
     * Replaces one document.
     *
     * @throws HoldfastException if it cannot be made durable; what was there before stays
     */
    public void write(String name, Object document) {
        var content = Json.mapper().writeValueAsBytes(document);
        try {
            replace(name, content);
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSpaceException)) {
                throw explain(e);
            }
            replaceWithoutReserve(name, content);
        }
    }

    /** Nothing happens if it is absent. */
    public void delete(String name) {
        try {
            if (disk.exists(folder.resolve(name))) {
                disk.delete(folder.resolve(name));
                disk.forceDirectory(folder);
            }
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    /** The names that begin so and are documents, in order. */
    List<String> names(String prefix) {
        try {
            return disk.list(folder).stream()
                    .map(Disk.Entry::name)
                    .filter(name -> name.startsWith(prefix) && name.endsWith(".json"))
                    .toList();
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    /** Made again whenever there is room for ten of it. */
    void reserve() {
        try {
            var file = folder.resolve(RESERVE);
            if (!disk.exists(file) && disk.usableSpace(folder) / 10 > RESERVE_BYTES) {
                replace(RESERVE, new byte[RESERVE_BYTES]);
            }
        } catch (UncheckedIOException e) {
            LOG.debug("no room can be reserved folder={}", folder, e);
        }
    }

    private void replaceWithoutReserve(String name, byte[] content) {
        try {
            disk.delete(folder.resolve(RESERVE));
            replace(name, content);
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    private void replace(String name, byte[] content) {
        var temporary = folder.resolve(name + ".new");
        disk.delete(temporary);
        try (var file = disk.create(temporary)) {
            file.write(ByteBuffer.wrap(content));
            file.force();
        } catch (UncheckedIOException e) {
            disk.delete(temporary);
            throw e;
        }
        disk.move(temporary, folder.resolve(name));
        disk.forceDirectory(folder);
    }

    private HoldfastException explain(UncheckedIOException e) {
        return e.getCause() instanceof NoSpaceException
                ? SpoolException.noSpace(folder, e)
                : CaptureException.stateFolderUnusable(folder, e);
    }
}
