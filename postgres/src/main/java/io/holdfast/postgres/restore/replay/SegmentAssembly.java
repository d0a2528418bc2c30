package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalSegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Puts segments together from what the repository holds. A segment has its name only when it is complete and on disk. Only
 * the last one ends in zeros.
 */
final class SegmentAssembly {

    private static final int ZEROS = 1 << 16;

    /** Less what the umask takes, which the server sets by whether the group may read its files. */
    private static final Set<PosixFilePermission> AS_THE_SERVER = PosixFilePermissions.fromString("rw-r-----");

    private final ReplayCatalogue catalogue;
    private final WalArchive archive;
    private final HeldFolder folder;

    /** Works in one folder, in which others may work on other segments. */
    SegmentAssembly(ReplayCatalogue catalogue, WalArchive archive, HeldFolder folder) {
        this.catalogue = catalogue;
        this.archive = archive;
        this.folder = folder;
    }

    void assemble(WalSegmentName name) {
        var partial = "." + name.text() + ".partial";
        try {
            folder.delete(partial);
            try (var channel = folder.create(partial, AS_THE_SERVER)) {
                fill(channel, name.start(catalogue.segmentSize()));
                channel.force(true);
            }
            folder.give(partial);
            folder.move(partial, name.text());
        } catch (IOException e) {
            throw ReplayException.io("write", folder.path().resolve(name.text()), e);
        }
    }

    private void fill(FileChannel channel, Lsn start) throws IOException {
        var segmentEnd = start.plus(catalogue.segmentSize().bytes());
        var end = Lsn.earlier(segmentEnd, catalogue.end());
        var position = start;
        for (var leg : catalogue.legs()) {
            var from = Lsn.later(position, leg.start());
            var to = Lsn.earlier(end, leg.end());
            if (from.equals(position) && from.isBefore(to)) {
                copy(new WalRange(leg.timeline(), from, to), channel, start);
                position = to;
            }
        }
        if (position.isBefore(end)) {
            throw ReplayException.missing(position);
        }
        var zeros = ByteBuffer.allocate(ZEROS);
        while (position.isBefore(segmentEnd)) {
            zeros.clear().limit((int) Math.min(ZEROS, segmentEnd.minus(position)));
            position = position.plus(channel.write(zeros, position.minus(start)));
        }
    }

    private void copy(WalRange range, FileChannel channel, Lsn segmentStart) {
        archive.read(range, (at, bytes, offset, length) -> {
            try {
                var buffer = ByteBuffer.wrap(bytes, offset, length);
                long to = at.minus(segmentStart);
                while (buffer.hasRemaining()) {
                    to += channel.write(buffer, to);
                }
            } catch (IOException e) {
                throw ReplayException.io("write", folder.path(), e);
            }
        });
    }
}
