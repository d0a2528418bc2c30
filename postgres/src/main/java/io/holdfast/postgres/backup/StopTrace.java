package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.binary.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/**
 * A digest of the WAL just before the stop of a backup, from the server's own files: the record that ends there is of this backup alone. A
 * server that went back to a state between start and stop has other WAL there once it has passed the position again.
 */
final class StopTrace {

    /** Enough for the record that ends the backup, whose checksum covers where it started and what came before. */
    private static final int LENGTH = 8192;

    private StopTrace() {}

    /** Empty if the server has removed that WAL. */
    static Optional<Bytes> read(Path root, WalSegmentSize size, TimelineId timeline, Lsn stop) {
        var last = stop.plus(-1);
        var file = root.resolve("pg_wal").resolve(size.name(timeline, last).toString());
        int end = size.offset(last) + 1;
        int from = (end - 1) / LENGTH * LENGTH;
        var bytes = ByteBuffer.allocate(end - from);
        try (var channel = FileChannel.open(file)) {
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                // The rest comes with the next reading.
            }
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UnreadableSourceException(file, e);
        }
        return bytes.hasRemaining() ? Optional.empty() : Optional.of(digest(bytes.array()));
    }

    /**
     * What speaks against the server's having been there when the parent stopped. Where the server has removed that WAL, which the next
     * checkpoint may do, only that it and its machine have run without a break since then speaks for it: nobody can set its files back
     * meanwhile.
     *
     * @param started when the server was started
     * @param machine on which it runs
     */
    static Optional<IncrementalDetails.Doubt> doubt(
            Path root, WalSegmentSize size, ParentBackup parent, Instant started, Optional<MachineTime> machine) {
        var before = parent.details();
        var trace = read(root, size, before.timeline(), before.stop());
        if (before.stopTrace().isPresent() && trace.isPresent()) {
            return trace.equals(before.stopTrace()) ? Optional.empty() : Optional.of(otherWal(parent));
        }
        if (!before.serverStarted().equals(Optional.of(started))) {
            return Optional.of(withoutWal("restarted", "the server was started again", parent));
        }
        // What the system does not tell, or did not, speaks for nothing.
        boolean broken = machine.flatMap(now -> before.machine().filter(then -> !now.follows(then)))
                .isPresent();
        return broken
                ? Optional.of(withoutWal(
                        "machine-halted", "the machine was halted, or set back to an earlier state,", parent))
                : Optional.empty();
    }

    private static IncrementalDetails.Doubt withoutWal(String code, String what, ParentBackup parent) {
        var before = parent.details();
        return new IncrementalDetails.Doubt(
                code,
                "%s since backup %s, and the WAL before %s on timeline %s, which would show that it remembers that backup, is gone"
                        .formatted(what, parent.id(), before.stop(), before.timeline()));
    }

    private static IncrementalDetails.Doubt otherWal(ParentBackup parent) {
        var before = parent.details();
        return new IncrementalDetails.Doubt(
                "other-wal",
                "backup %s stopped at %s on timeline %s, and this server's WAL before that position is not what it was"
                        .formatted(parent.id(), before.stop(), before.timeline()));
    }

    private static Bytes digest(byte[] bytes) {
        try {
            return Bytes.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
