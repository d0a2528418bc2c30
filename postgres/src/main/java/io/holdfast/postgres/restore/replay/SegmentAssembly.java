package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalSegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Puts segments together from what the repository holds. A segment has its name only when it is complete and on disk. Only
 * the last one ends in zeros.
 */
final class SegmentAssembly {

    private static final int ZEROS = 1 << 16;

    private final ReplayCatalogue catalogue;
    private final WalArchive archive;
    private final Path folder;
    private final Consumer<Path> owner;

    /**
     * Works in one folder.
     *
     * @param owner gives a file to the user that runs the server
     */
    SegmentAssembly(ReplayCatalogue catalogue, WalArchive archive, Path folder, Consumer<Path> owner) {
        this.catalogue = catalogue;
        this.archive = archive;
        this.folder = folder;
        this.owner = owner;
    }

    void assemble(WalSegmentName name) {
        var file = folder.resolve(name.text());
        var partial = folder.resolve("." + name.text() + ".partial");
        try {
            Files.deleteIfExists(partial);
            try (var channel = FileChannel.open(
                    partial,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                fill(channel, name.start(catalogue.segmentSize()));
                channel.force(true);
            }
            owner.accept(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw ReplayException.io("write", file, e);
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
                throw ReplayException.io("write", folder, e);
            }
        });
    }
}
