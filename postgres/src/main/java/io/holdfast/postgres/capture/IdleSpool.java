package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.disk.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** The spool that a capture left. While this is open no capture starts with it, and nothing in it is changed. */
public final class IdleSpool implements AutoCloseable {

    private final Optional<StateFolderLock> lock;
    private final Spool content;

    private IdleSpool(Optional<StateFolderLock> lock, Spool content) {
        this.lock = lock;
        this.content = content;
    }

    /**
     * Opens the spool in a state folder; empty if there is none.
     *
     * @param folder of the spool itself
     * @throws CaptureException if a capture runs with it
     */
    public static Optional<IdleSpool> open(Disk disk, Path folder, WalSegmentSize segmentSize) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        var lock = StateFolderLock.takeIfThere(
                Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        try {
            return Optional.of(new IdleSpool(lock, Spool.openForReading(disk, folder, segmentSize)));
        } catch (RuntimeException e) {
            lock.ifPresent(StateFolderLock::close);
            throw e;
        }
    }

    public Spool content() {
        return content;
    }

    @Override
    public void close() {
        content.close();
        lock.ifPresent(StateFolderLock::close);
    }
}
