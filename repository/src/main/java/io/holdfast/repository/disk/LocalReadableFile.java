package io.holdfast.repository.disk;

import static io.holdfast.repository.disk.SystemErrors.explained;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of this machine, read by many threads. The JDK closes a file channel when a thread that reads from it is
 * interrupted; the others must not suffer for that, so they open the file again. Guarded by {@code this}: changes of
 * {@code channel} and {@code closed}.
 */
final class LocalReadableFile implements ReadableFile {

    private final Path path;
    private volatile FileChannel channel;
    private volatile boolean closed;

    LocalReadableFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    private interface Use<T> {
        T of(FileChannel channel) throws IOException;
    }

    @Override
    public long size() {
        return explained(path, () -> use(FileChannel::size));
    }

    @Override
    public int read(long offset, ByteBuffer target) {
        return explained(path, () -> use(open -> open.read(target, offset)));
    }

    @Override
    public synchronized void close() {
        closed = true;
        explained(path, () -> {
            channel.close();
            return true;
        });
    }

    private <T> T use(Use<T> use) throws IOException {
        while (true) {
            try {
                return use.of(channel);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (ClosedChannelException e) {
                if (closed) {
                    throw e;
                }
                reopen();
            }
        }
    }

    private synchronized void reopen() throws IOException {
        if (!closed && !channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
    }
}
