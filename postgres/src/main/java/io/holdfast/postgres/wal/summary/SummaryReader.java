package io.holdfast.postgres.wal.summary;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Reads a summary file, a serialised block reference table: magic, entries, an entry of zeros, CRC-32C. An entry is the
 * fork, its limit block, the sizes of its chunks and the chunks: each of 65536 blocks, as up to 4095 offsets in any order
 * or as a bitmap. In the byte order of the server, which has to be little-endian. Memory does not grow with the file.
 * Source: src/common/blkreftable.c, the same in PostgreSQL 17 and 18.
 *
 * <p>The checksum comes last: what was handed to the sink is worth nothing if this throws.
 */
final class SummaryReader {

    private static final int MAGIC = 0x652B137B;
    private static final int ENTRY_BYTES = 24;
    private static final int BLOCKS_PER_CHUNK = 1 << 16;

    /** As many words of 16 bits hold a chunk as a bitmap; fewer are offsets. */
    private static final int BITMAP = 4096;

    /** As many chunks hold all the blocks that a fork can have. */
    private static final int MOST_CHUNKS = 1 << 16;

    private final InputStream in;
    private final String name;
    private final BlockSink sink;
    private final CRC32C crc = new CRC32C();

    /** Large enough for the largest part: the sizes of all chunks that a fork can have. */
    private final ByteBuffer buffer = ByteBuffer.allocate(MOST_CHUNKS * Short.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .flip();

    private long taken;

    private SummaryReader(InputStream in, String name, BlockSink sink) {
        this.in = in;
        this.name = name;
        this.sink = sink;
    }

    /**
     * Reads to the end; the number of bytes.
     *
     * @throws InvalidSummaryException if it is not a whole and undamaged summary
     */
    static long read(InputStream in, String name, BlockSink sink) throws IOException {
        var reader = new SummaryReader(in, name, sink);
        reader.readMagic();
        while (reader.readEntry()) {
            // The sink has it.
        }
        reader.readChecksum();
        return reader.taken;
    }

    private void readMagic() throws IOException {
        int magic = buffer.getInt(take(Integer.BYTES));
        if (magic == Integer.reverseBytes(MAGIC)) {
            throw invalid("it was written by a server on a big-endian machine");
        }
        if (magic != MAGIC) {
            throw invalid("it begins with %08X, not with %08X".formatted(magic, MAGIC));
        }
    }

    /** False at the entry of zeros. */
    private boolean readEntry() throws IOException {
        int at = take(ENTRY_BYTES);
        long tablespace = unsigned(at);
        long database = unsigned(at + 4);
        long relation = unsigned(at + 8);
        int forkNumber = buffer.getInt(at + 12);
        long limit = unsigned(at + 16);
        long chunks = unsigned(at + 20);
        if ((tablespace | database | relation | forkNumber | limit | chunks) == 0) {
            return false;
        }
        var fork = RelationFork.ofNumber(forkNumber)
                .orElseThrow(() -> invalid("there is no fork number %d".formatted(forkNumber)));
        if (tablespace == 0) {
            throw invalid("an entry names no tablespace");
        }
        if (chunks > MOST_CHUNKS) {
            throw invalid("an entry claims %d chunks, more than a relation can have".formatted(chunks));
        }
        var id = new ForkId(tablespace, database, relation, fork);
        if (limit != BlockChanges.NO_LIMIT) {
            sink.limit(id, limit);
        }
        readChunks(id, readSizes((int) chunks));
        return true;
    }

    private char[] readSizes(int chunks) throws IOException {
        var sizes = new char[chunks];
        int at = take(chunks * Short.BYTES);
        for (int i = 0; i < chunks; i++) {
            sizes[i] = buffer.getChar(at + i * Short.BYTES);
            if (sizes[i] > BITMAP) {
                throw invalid("a chunk claims %d words, more than its bitmap has".formatted((int) sizes[i]));
            }
        }
        return sizes;
    }

    private void readChunks(ForkId id, char[] sizes) throws IOException {
        for (int chunk = 0; chunk < sizes.length; chunk++) {
            long first = (long) chunk * BLOCKS_PER_CHUNK;
            int at = take(sizes[chunk] * Short.BYTES);
            if (sizes[chunk] == BITMAP) {
                bitmap(id, first, at);
            } else {
                for (int i = 0; i < sizes[chunk]; i++) {
                    sink.changed(id, first + buffer.getChar(at + i * Short.BYTES));
                }
            }
        }
    }

    /** The lowest bit of the first word is the first block; so it is of the longs that four words make. */
    private void bitmap(ForkId id, long first, int at) {
        for (int offset = 0; offset < BLOCKS_PER_CHUNK; offset += Long.SIZE) {
            for (long bits = buffer.getLong(at + offset / Byte.SIZE); bits != 0; bits &= bits - 1) {
                sink.changed(id, first + offset + Long.numberOfTrailingZeros(bits));
            }
        }
    }

    private void readChecksum() throws IOException {
        int computed = (int) crc.getValue();
        int stored = buffer.getInt(take(Integer.BYTES));
        if (stored != computed) {
            throw invalid("its checksum is %08X where its content makes %08X".formatted(stored, computed));
        }
        if (buffer.hasRemaining() || in.read() >= 0) {
            throw invalid("it goes on after its end at byte %d".formatted(taken));
        }
    }

    private long unsigned(int at) {
        return Integer.toUnsignedLong(buffer.getInt(at));
    }

    /** Where in the buffer the next bytes are, until the next call. */
    private int take(int length) throws IOException {
        if (buffer.remaining() < length) {
            buffer.compact();
            while (buffer.position() < length) {
                int count = in.read(buffer.array(), buffer.position(), buffer.remaining());
                if (count < 0) {
                    throw invalid("it ends early, after %d bytes".formatted(taken + buffer.position()));
                }
                buffer.position(buffer.position() + count);
            }
            buffer.flip();
        }
        int at = buffer.position();
        crc.update(buffer.array(), at, length);
        buffer.position(at + length);
        taken += length;
        return at;
    }

    private InvalidSummaryException invalid(String fault) {
        return new InvalidSummaryException(name, fault);
    }
}
