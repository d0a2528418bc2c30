package io.holdfast.postgres.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Reads files of a running server, and looks at the pages of relations while it does. Confined to one thread. */
final class SourceReader {

    private static final int READINGS = 7;

    /** Doubled each time: about an eighth of a second for a page in all. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(2);

    private final CopySettings settings;
    private final CopyTally tally;
    private final byte[] second;

    SourceReader(CopySettings settings, CopyTally tally) {
        this.settings = settings;
        this.tally = tally;
        this.second = new byte[settings.pageSize()];
    }

    /**
     * Reads a part of a file. What is missing because the file has shrunk is zeros, as in PostgreSQL's own base backup; recovery cuts it.
     *
     * @return bytes that were there
     */
    int read(FileChannel channel, SourceFile source, long offset, byte[] target, int at, int length, ReadReason reason)
            throws IOException {
        settings.throttle().pass(length);
        int read = readFully(channel, offset, ByteBuffer.wrap(target, at, length));
        Arrays.fill(target, at + read, at + length, (byte) 0);
        tally.read(read, reason);
        var verifier = settings.verifier();
        if (verifier.isPresent() && source.relation().isPresent()) {
            verify(verifier.get(), channel, source, offset, target, at, read);
        }
        return read;
    }

    private void verify(
            PageVerifier verifier,
            FileChannel channel,
            SourceFile source,
            long offset,
            byte[] target,
            int at,
            int length)
            throws IOException {
        int pageSize = settings.pageSize();
        long first = (long) source.relation().orElseThrow().segment() * settings.segmentBlocks();
        // What is left over at the end of a file is a page that the server is about to write.
        for (int page = 0; page + pageSize <= length; page += pageSize) {
            long block = first + (offset + page) / pageSize;
            var look = verifier.lookAt(target, at + page, block);
            if (look != PageVerifier.Look.SOUND && isSameWhenReadAgain(channel, offset + page, target, at + page)) {
                var found = DamagedPage.of(source.path().text(), block);
                switch (look) {
                    case SOUND -> {}
                    case CHANGED -> tally.changed(found, PageVerifier.position(target, at + page));
                    case DAMAGED -> tally.damaged(found);
                }
            }
        }
    }

    /** A writer may have been interrupted half-way: only a page that stays as it is is damaged. */
    private boolean isSameWhenReadAgain(FileChannel channel, long offset, byte[] target, int at) throws IOException {
        int readings = tally.damagedPages() < CopyTally.MOST_NAMED ? READINGS : 1;
        for (int reading = 0; reading < readings; reading++) {
            if (reading > 0) {
                LockSupport.parkNanos(FIRST_WAIT.toNanos() << (reading - 1));
            }
            int read = readFully(channel, offset, ByteBuffer.wrap(second));
            if (read < second.length || !Arrays.equals(target, at, at + read, second, 0, read)) {
                return false;
            }
        }
        return true;
    }

    private static int readFully(FileChannel channel, long offset, ByteBuffer target) throws IOException {
        int read = 0;
        while (target.hasRemaining()) {
            int count = channel.read(target, offset + read);
            if (count < 0) {
                break;
            }
            read += count;
        }
        return read;
    }
}
