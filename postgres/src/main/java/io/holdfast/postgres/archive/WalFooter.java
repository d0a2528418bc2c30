package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.frame.NewerFormatException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a WAL object says of its content, in its last frame.
 *
 * @param validEnd end of the last whole record that was read and verified; before the range if none ended in it
 * @param coveredUntil the server's clock when every flushed byte of WAL lay before the end of the range
 */
public record WalFooter(WalRange range, Lsn validEnd, Optional<Instant> coveredUntil, WalIndex index) {

    private static final int VERSION = 0;

    public byte[] encode() {
        return new BinaryWriter()
                .varint(VERSION)
                .u32(range.timeline().number())
                .u64(range.start().offset())
                .u64(range.end().offset())
                .u64(validEnd.offset())
                .signed(coveredUntil
                        .map(time -> ChronoUnit.MICROS.between(Instant.EPOCH, time))
                        .orElse(0L))
                .raw(index.encode())
                .toBytes();
    }

    /** What it says when nothing beyond a position may be used. */
    WalFooter upTo(Lsn position) {
        return position.isBefore(range.end())
                ? new WalFooter(
                        new WalRange(range.timeline(), range.start(), position),
                        Lsn.earlier(validEnd, position),
                        Optional.empty(),
                        index.upTo(position))
                : this;
    }

    public static WalFooter decode(byte[] bytes) {
        var in = new BinaryReader(bytes);
        long version = in.varint();
        if (version != VERSION) {
            throw new NewerFormatException("the footer of WAL", (int) version, VERSION);
        }
        var range = new WalRange(new TimelineId(in.u32()), new Lsn(in.u64()), new Lsn(in.u64()));
        var validEnd = new Lsn(in.u64());
        long covered = in.signed();
        return new WalFooter(
                range,
                validEnd,
                covered == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(covered, ChronoUnit.MICROS)),
                WalIndex.decode(in.raw(in.remaining())));
    }
}
