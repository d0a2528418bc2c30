package io.holdfast.postgres.wal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Verifies WAL that is fed to it as consecutive bytes in pieces of any size: every page header, and of every record its
 * length, resource manager, link to the record before it and CRC-32C. Memory is bounded, however long a record is.
 *
 * <p>Reading may begin at the start of any page, also in the middle of a record, whose rest is then skipped and stays
 * unverified ({@link #firstRecord} says where verification begins), or exactly where a record begins. A record that is
 * complete, padding to eight bytes included, moves {@link #validEnd}; a switch record is complete when the rest of its
 * segment, which is not looked at, has been fed. After a restart, {@link #resume} continues from {@link #validEnd} and
 * {@link #lastRecord}.
 *
 * <p>The rules are those of XLogDecodeNextRecord in src/backend/access/transam/xlogreader.c. Confined to one thread.
 */
public final class WalScanner {

    /** MaxAllocSize of src/include/utils/memutils.h; PostgreSQL 16 and newer stop at 1020 MiB. */
    private static final long LONGEST_RECORD = 0x3FFF_FFFFL;

    private static final int HEADER = RecordFacts.HEADER;
    private static final int CHECKSUM = 20;
    private static final long NOWHERE = -1;
    private static final int SCRATCH = 1 << 16;

    private enum Place {
        BETWEEN_RECORDS,
        IN_RECORD,
        IN_SKIPPED_RECORD,
        AFTER_SWITCH
    }

    private final WalIdentity identity;
    private final WalPage page;
    private final RecordFacts facts;
    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[HEADER];
    private byte @Nullable [] scratch;

    private final long start;
    private long position;
    private long validEnd;
    private Place place = Place.BETWEEN_RECORDS;
    private WalOutcome.@Nullable Broken broken;

    /** Whether {@link #lastRecord} is known, so that the next record must name it. */
    private boolean chained;

    private long lastRecord;
    private long firstRecord = NOWHERE;
    private long records;

    private long recordStart;
    private long recordLength;
    private long recordHave;

    /** Bytes of a skipped record that are still to come, and how many of them are padding. */
    private long skipLeft;

    private int skipPadding;

    /** The torn record that the next one must give up. */
    private long torn = NOWHERE;

    private WalScanner(WalIdentity identity, Lsn start, WalSink sink) {
        if ((start.offset() & 7) != 0) {
            throw new IllegalArgumentException("neither a page nor a record begins at " + start);
        }
        this.identity = identity;
        this.page = new WalPage(identity);
        this.facts = new RecordFacts(identity.format(), sink);
        this.start = start.offset();
        this.position = this.start;
        this.validEnd = this.start;
    }

    /** Begins at the start of a page, or exactly at a record whose predecessor is not known. */
    public static WalScanner startAt(WalIdentity identity, Lsn start, WalSink sink) {
        return new WalScanner(identity, start, sink);
    }

    /**
     * Continues where another one had verified everything.
     *
     * @param validEnd its {@link #validEnd}
     * @param lastRecord its {@link #lastRecord}
     */
    public static WalScanner resume(WalIdentity identity, Lsn validEnd, Lsn lastRecord, WalSink sink) {
        var scanner = new WalScanner(identity, validEnd, sink);
        scanner.chained = true;
        scanner.lastRecord = lastRecord.offset();
        return scanner;
    }

    /**
     * Reads on.
     *
     * @param at where {@code bytes} begin; must be {@link #position}
     * @param bytes consumed from their position to their limit, also when the WAL is broken
     */
    public WalOutcome feed(Lsn at, ByteBuffer bytes) {
        if (at.offset() != position && broken == null) {
            throw new IllegalArgumentException("WAL fed at %s instead of %s".formatted(at, position()));
        }
        if (bytes.hasArray()) {
            scan(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.arrayOffset() + bytes.limit());
            bytes.position(bytes.limit());
        } else {
            feedCopied(bytes);
        }
        return outcome();
    }

    private void feedCopied(ByteBuffer bytes) {
        var copy = scratch;
        if (copy == null) {
            copy = new byte[SCRATCH];
            scratch = copy;
        }
        while (bytes.hasRemaining()) {
            var length = Math.min(copy.length, bytes.remaining());
            bytes.get(copy, 0, length);
            scan(copy, 0, length);
        }
    }

    public WalOutcome outcome() {
        if (broken != null) {
            return broken;
        }
        return insideRecord() ? new WalOutcome.NeedsMore(validEnd()) : new WalOutcome.Intact(validEnd());
    }

    /** The end of the last complete, verified record; where reading began as long as there is none. */
    public Lsn validEnd() {
        return new Lsn(validEnd);
    }

    /** Where the next bytes must begin: everything before was received, and did not break the chain. */
    public Lsn position() {
        return new Lsn(position);
    }

    public TimelineId timeline() {
        return identity.timeline();
    }

    /**
     * Whether the next bytes fill a segment up after a switch record. Nobody reads them, and they need not be the same
     * everywhere: a standby passes on what a recycled file of its own held there.
     */
    public boolean isFilling() {
        return broken == null && place == Place.AFTER_SWITCH;
    }

    /** Where the first verified record begins. */
    public Optional<Lsn> firstRecord() {
        return firstRecord == NOWHERE ? Optional.empty() : Optional.of(new Lsn(firstRecord));
    }

    /** Where the last verified record begins, or, after {@link #resume}, the one before that. */
    public Optional<Lsn> lastRecord() {
        return chained ? Optional.of(new Lsn(lastRecord)) : Optional.empty();
    }

    /** How many records were verified. */
    public long records() {
        return records;
    }

    /** Whether a record or a page header has begun and is not complete. */
    public boolean insideRecord() {
        return place != Place.BETWEEN_RECORDS || page.gathering();
    }

    private void scan(byte[] in, int from, int to) {
        var at = from;
        while (at < to && broken == null) {
            int used;
            if (place == Place.AFTER_SWITCH) {
                used = restOfSegment(to - at);
            } else if (WalPage.offset(position) == 0 || page.gathering()) {
                used = pageHeader(in, at, to - at);
            } else {
                var available = Math.min(to - at, WalPage.SIZE - WalPage.offset(position));
                used = switch (place) {
                    case BETWEEN_RECORDS -> nextRecord(in, at, available);
                    case IN_RECORD -> moreOfRecord(in, at, available);
                    case IN_SKIPPED_RECORD -> skip(available);
                    case AFTER_SWITCH -> throw new IllegalStateException("handled above");
                };
            }
            at += used;
        }
    }

    private int pageHeader(byte[] in, int at, int available) {
        var pageStart = position & -WalPage.SIZE;
        var used = page.gather(pageStart, in, at, available);
        position += used;
        if (page.complete(pageStart)) {
            var fault = page.check(pageStart);
            if (fault == null) {
                fault = enterPage(pageStart);
            }
            if (fault != null) {
                breakAt(pageStart, fault);
            }
        }
        return used;
    }

    private @Nullable WalFault enterPage(long pageStart) {
        if (place == Place.BETWEEN_RECORDS) {
            if (!page.continuesRecord()) {
                return null;
            }
            if (pageStart != start || chained) {
                return new WalFault.UnexpectedContinuation();
            }
            return skipRecord(page.remaining());
        }
        if (page.overwritesRecord()) {
            if (page.continuesRecord()) {
                // The server goes back to the beginning of this page, and finds a record where none may begin.
                return new WalFault.UnexpectedContinuation();
            }
            torn = place == Place.IN_RECORD ? recordStart : NOWHERE;
            place = Place.BETWEEN_RECORDS;
            return null;
        }
        var expected = place == Place.IN_RECORD ? recordLength - recordHave : skipLeft - skipPadding;
        var found = page.continuesRecord() ? page.remaining() : 0;
        return found == expected ? null : new WalFault.BadContinuation(expected, found);
    }

    private @Nullable WalFault skipRecord(long remaining) {
        if (remaining == 0 || remaining > LONGEST_RECORD) {
            return new WalFault.BadLength(remaining);
        }
        place = Place.IN_SKIPPED_RECORD;
        skipLeft = align(remaining);
        skipPadding = (int) (skipLeft - remaining);
        return null;
    }

    private int skip(int available) {
        var used = (int) Math.min(skipLeft, available);
        skipLeft -= used;
        position += used;
        if (skipLeft == 0) {
            place = Place.BETWEEN_RECORDS;
            validEnd = position;
        }
        return used;
    }

    /** A record begins here, on the rest of a page. Most are read in place, in one go. */
    private int nextRecord(byte[] in, int at, int available) {
        recordStart = position;
        if (available >= HEADER) {
            var length = LittleEndian.int32(in, at) & 0xFFFF_FFFFL;
            if (!headerIsGood(in, at, length)) {
                return 0;
            }
            if (align(length) <= available) {
                return wholeRecord(in, at, (int) length);
            }
        }
        place = Place.IN_RECORD;
        recordLength = 0;
        recordHave = 0;
        return moreOfRecord(in, at, available);
    }

    private int wholeRecord(byte[] in, int at, int length) {
        crc.reset();
        crc.update(in, at + HEADER, length - HEADER);
        if (facts.begin(in, at)) {
            facts.body(in, at + HEADER, length - HEADER);
        }
        position += align(length);
        endRecord(in, at);
        return (int) align(length);
    }

    private int moreOfRecord(byte[] in, int at, int available) {
        if (recordHave < HEADER) {
            return moreOfHeader(in, at, available);
        }
        var used = (int) Math.min(align(recordLength) - recordHave, available);
        var body = (int) Math.max(0, Math.min(recordLength - recordHave, used));
        crc.update(in, at, body);
        if (facts.wanted()) {
            facts.body(in, at, body);
        }
        advance(used);
        return used;
    }

    private int moreOfHeader(byte[] in, int at, int available) {
        var used = (int) Math.min(HEADER - recordHave, available);
        System.arraycopy(in, at, header, (int) recordHave, used);
        var lengthWasKnown = recordHave >= Integer.BYTES;
        recordHave += used;
        if (!lengthWasKnown && recordHave >= Integer.BYTES) {
            recordLength = LittleEndian.int32(header, 0) & 0xFFFF_FFFFL;
            if (!lengthIsGood(recordLength)) {
                recordHave -= used;
                return 0;
            }
        }
        if (recordHave == HEADER) {
            if (!headerIsGood(header, 0, recordLength)) {
                recordHave -= used;
                return 0;
            }
            crc.reset();
            facts.begin(header, 0);
        }
        recordHave -= used;
        advance(used);
        return used;
    }

    private void advance(int bytes) {
        recordHave += bytes;
        position += bytes;
        if (recordHave >= HEADER && recordHave == align(recordLength)) {
            endRecord(header, 0);
        }
    }

    private boolean lengthIsGood(long length) {
        if (length == 0) {
            breakAt(recordStart, new WalFault.Zeros());
        } else if (length < HEADER || length > LONGEST_RECORD) {
            breakAt(recordStart, new WalFault.BadLength(length));
        }
        return broken == null;
    }

    private boolean headerIsGood(byte[] in, int at, long length) {
        if (!lengthIsGood(length)) {
            return false;
        }
        var manager = RecordFacts.manager(in, at);
        var previous = LittleEndian.int64(in, at + 8);
        if (!identity.format().knowsManager(manager)) {
            breakAt(recordStart, new WalFault.BadResourceManager(manager));
        } else if (chained ? previous != lastRecord : Long.compareUnsigned(previous, recordStart) >= 0) {
            var expected = chained ? new Lsn(lastRecord) : new Lsn(recordStart);
            breakAt(recordStart, new WalFault.BadPreviousLink(expected, new Lsn(previous)));
        }
        return broken == null;
    }

    /** All of the record has been fed; the checksum covers the body, then the header up to the checksum itself. */
    private void endRecord(byte[] in, int at) {
        crc.update(in, at, CHECKSUM);
        if ((int) crc.getValue() != LittleEndian.int32(in, at + CHECKSUM)) {
            breakAt(recordStart, new WalFault.BadChecksum());
            return;
        }
        if (torn != NOWHERE && !facts.overwrites(torn)) {
            breakAt(recordStart, new WalFault.BadOverwrite(new Lsn(torn)));
            return;
        }
        torn = NOWHERE;
        if (!facts.end(recordStart, position)) {
            breakAt(recordStart, new WalFault.Unreadable());
            return;
        }
        if (RecordFacts.isSwitch(in, at) && identity.segmentSize().offset(position()) != 0) {
            place = Place.AFTER_SWITCH;
        } else {
            completeRecord();
        }
    }

    private int restOfSegment(int available) {
        var used =
                Math.min(identity.segmentSize().bytes() - identity.segmentSize().offset(position()), available);
        position += used;
        if (identity.segmentSize().offset(position()) == 0) {
            completeRecord();
        }
        return used;
    }

    private void completeRecord() {
        if (firstRecord == NOWHERE) {
            firstRecord = recordStart;
        }
        place = Place.BETWEEN_RECORDS;
        lastRecord = recordStart;
        chained = true;
        validEnd = position;
        records++;
    }

    private void breakAt(long at, WalFault fault) {
        broken = new WalOutcome.Broken(validEnd(), new Lsn(at), fault);
    }

    private static long align(long length) {
        return (length + 7) & ~7L;
    }
}
