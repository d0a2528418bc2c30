package io.holdfast.repository.disk;

import static io.holdfast.repository.disk.SystemErrors.explained;
import static io.holdfast.repository.disk.SystemErrors.explainedWrite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file of this machine, written at its end. */
final class LocalDurableFile implements DurableFile {

    private final Path path;
    private final FileChannel channel;
    private long end;

    LocalDurableFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.end = channel.size();
    }

    @Override
    public void write(ByteBuffer bytes) {
        explainedWrite(path, () -> {
            while (bytes.hasRemaining()) {
                end += channel.write(bytes, end);
            }
            return end;
        });
    }

    @Override
    public void truncate(long size) {
        explainedWrite(path, () -> channel.truncate(size));
        end = Math.min(end, size);
    }

    @Override
    public void force() {
        explainedWrite(path, () -> {
            channel.force(true);
            return end;
        });
    }

    @Override
    public long size() {
        return end;
    }

    @Override
    public int read(long offset, ByteBuffer target) {
        return explained(path, () -> channel.read(target, offset));
    }

    @Override
    public void close() {
        explained(path, () -> {
            channel.close();
            return end;
        });
    }
}
