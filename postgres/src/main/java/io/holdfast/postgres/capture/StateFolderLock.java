package io.holdfast.postgres.capture;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps a second process out of a state folder; the system frees it when the process ends, however it ends. */
final class StateFolderLock implements AutoCloseable {

    private final FileChannel channel;

    private StateFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static StateFolderLock take(Path folder) {
        try {
            var channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw CaptureException.stateFolderInUse(folder);
            }
            return new StateFolderLock(channel);
        } catch (IOException e) {
            throw CaptureException.stateFolderUnusable(folder, e);
        }
    }

    /** For reading; empty if no capture was ever here: a reader leaves nothing behind that a capture could not open. */
    static Optional<StateFolderLock> takeIfThere(Path folder) {
        var file = folder.resolve("lock");
        try {
            var channel = FileChannel.open(file, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw CaptureException.spoolInUse(folder);
            }
            return Optional.of(new StateFolderLock(channel));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw CaptureException.stateFolderUnusable(folder, e);
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException _) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the descriptor.
        }
    }
}
