package io.holdfast.repository.frame;

import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.KeyRing;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the frames of one sealed object, in any order. What it returns was authenticated; what does not authenticate
 * is a {@link DamagedObjectException}. Confined to one thread.
 */
public final class SealedReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SealedReader.class);

    private final ObjectReader reader;
    private final Optional<ObjectType> type;
    private final KeyRing keys;
    private final FrameTools tools;
    private FrameCipher cipher;
    private final boolean lent;
    private byte[] stored = new byte[0];
    private byte[] opened = new byte[0];
    private byte[] content = new byte[0];

    /**
     * Takes over what a store has opened.
     *
     * @param reader closed with this one, also when this constructor fails
     * @param type what it must be; empty: whatever its header, which is authenticated, says
     */
    SealedReader(ObjectReader reader, Optional<ObjectType> type, KeyRing keys) {
        this(reader, type, keys, new FrameTools(), false);
    }

    /** The same with what the caller lends, and closes. */
    SealedReader(ObjectReader reader, Optional<ObjectType> type, KeyRing keys, FrameTools tools) {
        this(reader, type, keys, tools, true);
    }

    private SealedReader(ObjectReader reader, Optional<ObjectType> type, KeyRing keys, FrameTools tools, boolean lent) {
        this.reader = reader;
        this.type = type;
        this.keys = keys;
        this.tools = tools;
        this.lent = lent;
        try {
            this.cipher = begin();
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
    }

    /** Begins with the copy that is at hand, or with the next that begins as it should. */
    private FrameCipher begin() {
        boolean again = false;
        while (true) {
            try {
                return cipherOf(readHeader());
            } catch (DamagedObjectException | NewerFormatException e) {
                if (again && !reader.turn()) {
                    throw e;
                }
            } catch (KeyException e) {
                if (again) {
                    throw e;
                }
            }
            again = !again;
            reader.forget();
        }
    }

    private FrameCipher cipherOf(byte[] header) {
        type.filter(wanted -> header[5] != wanted.number()).ifPresent(wanted -> {
            throw new DamagedObjectException(reader.key(), "it is not a " + wanted);
        });
        var key = keys.ofEpoch(ByteBuffer.wrap(header).getInt(8));
        return new FrameCipher(key, reader.key(), header, tools.cipher());
    }

    /**
     * Reads from one copy after the other until one is sound; from each twice, since what does not authenticate may have been changed on
     * its way, which nothing else would tell.
     */
    private <T> T soundly(Supplier<T> reading) {
        boolean again = false;
        while (true) {
            try {
                var read = reading.get();
                if (again) {
                    LOG.warn("bytes changed on their way, and were read again object={}", reader.key());
                }
                return read;
            } catch (DamagedObjectException e) {
                if (again && !reader.turn()) {
                    throw e;
                }
            }
            again = !again;
            reader.forget();
            cipher = begin();
        }
    }

    public ObjectKey key() {
        return reader.key();
    }

    /** Bytes of the object. */
    public long size() {
        return reader.size();
    }

    /** Reads the content of a frame to the beginning of {@code target}. */
    public void read(FrameLocation frame, byte[] target) {
        checkBounds(frame);
        soundly(() -> {
            read(frame, target, 0);
            return frame;
        });
    }

    /** The content of a frame. */
    public byte[] read(FrameLocation frame) {
        checkBounds(frame);
        var content = new byte[frame.plainLength()];
        read(frame, content);
        return content;
    }

    private void read(FrameLocation frame, byte[] target, int lastFlag) {
        if (target.length < frame.plainLength()) {
            throw new IllegalArgumentException(
                    "%d bytes do not fit into %d".formatted(frame.plainLength(), target.length));
        }
        int cipherLength = frame.storedLength() - FrameFormat.FRAME_HEADER;
        load(frame);
        var header = ByteBuffer.wrap(stored);
        int payload = cipherLength - FrameFormat.TAG;
        boolean compressed = (header.getInt(4) & FrameFormat.FLAG) != 0;
        if (header.getInt(0) != (cipherLength | lastFlag)
                || (header.getInt(4) & ~FrameFormat.FLAG) != frame.plainLength()
                || (!compressed && payload != frame.plainLength())) {
            throw damaged(frame, "is not where it should be");
        }
        if (!compressed) {
            if (!cipher.open(frame.number(), stored, 0, cipherLength, target)) {
                throw damaged(frame, "does not authenticate");
            }
            return;
        }
        if (opened.length < payload) {
            opened = new byte[payload];
        }
        if (!cipher.open(frame.number(), stored, 0, cipherLength, opened)) {
            throw damaged(frame, "does not authenticate");
        }
        if (!tools.compression().decompress(opened, payload, target, 0, frame.plainLength())) {
            throw damaged(frame, "does not decompress");
        }
    }

    /**
     * Where every frame but the footer is, by reading the header of each. Their content proves them when it is read;
     * that these are all is proven here, by a footer that authenticates and has the next number.
     */
    public List<FrameLocation> frames() {
        return soundly(this::findFrames);
    }

    private List<FrameLocation> findFrames() {
        var last = footerFrame();
        var frames = new ArrayList<FrameLocation>();
        long offset = FrameFormat.OBJECT_HEADER;
        while (offset < last.offset()) {
            var frame = frameAt(frames.size(), offset);
            frames.add(frame);
            offset = frame.end();
        }
        requireAll(last, frames.size(), offset);
        return frames;
    }

    private FrameLocation footerFrame() {
        var last = lastFrame();
        read(last, new byte[last.plainLength()], FrameFormat.FLAG);
        return last;
    }

    private FrameLocation frameAt(int number, long offset) {
        var header = frameHeader(offset);
        var frame = new FrameLocation(
                number, offset, FrameFormat.FRAME_HEADER + header.getInt(0), header.getInt(4) & ~FrameFormat.FLAG);
        checkBounds(frame);
        return frame;
    }

    private void requireAll(FrameLocation last, int frames, long end) {
        if (end != last.offset() || frames != last.number()) {
            throw new DamagedObjectException(key(), "its frames do not lead to its footer");
        }
    }

    /**
     * Reads everything, from its beginning to its end, and its footer before.
     *
     * @return the numbers of the frames that are damaged
     * @throws DamagedObjectException if it cannot even be told where the frames are
     */
    BitSet verify() {
        var last = footerFrame();
        var damaged = new BitSet();
        int number = 0;
        long offset = FrameFormat.OBJECT_HEADER;
        while (offset < last.offset()) {
            var frame = frameAt(number, offset);
            try {
                read(frame, verified(frame.plainLength()), 0);
            } catch (DamagedObjectException _) {
                damaged.set(number);
            }
            number++;
            offset = frame.end();
        }
        requireAll(last, number, offset);
        return damaged;
    }

    /** Whether its end or its first frame was written under this name: it is damaged then, and not a stranger's. */
    public boolean isPartlySound() {
        return isSound(this::footer) || isSound(this::readFirst);
    }

    private static boolean isSound(Runnable part) {
        try {
            part.run();
            return true;
        } catch (DamagedObjectException _) {
            return false;
        }
    }

    private void readFirst() {
        var header = frameHeader(FrameFormat.OBJECT_HEADER);
        var frame = new FrameLocation(
                0,
                FrameFormat.OBJECT_HEADER,
                FrameFormat.FRAME_HEADER + (header.getInt(0) & ~FrameFormat.FLAG),
                header.getInt(4) & ~FrameFormat.FLAG);
        read(frame);
    }

    private byte[] verified(int length) {
        if (content.length < length) {
            content = new byte[length];
        }
        return content;
    }

    /** The content of the last frame. That it is there and last proves that the object was not cut. */
    public byte[] footer() {
        return soundly(this::readFooter);
    }

    private byte[] readFooter() {
        var last = lastFrame();
        var footer = new byte[last.plainLength()];
        read(last, footer, FrameFormat.FLAG);
        return footer;
    }

    /** Where the tail says that the footer is. */
    private FrameLocation lastFrame() {
        long tailAt = reader.size() - FrameFormat.TAIL;
        var tail = ByteBuffer.allocate(FrameFormat.TAIL);
        readAt(tailAt, tail);
        int length = tail.getInt(4);
        long offset = tailAt - length;
        if (length < FrameFormat.FRAME_HEADER + FrameFormat.TAG || offset < FrameFormat.OBJECT_HEADER) {
            throw new DamagedObjectException(key(), "its end is missing");
        }
        var frame = new FrameLocation(
                tail.getInt(0), offset, length, frameHeader(offset).getInt(4) & ~FrameFormat.FLAG);
        checkBounds(frame);
        return frame;
    }

    private ByteBuffer frameHeader(long offset) {
        var header = ByteBuffer.allocate(FrameFormat.FRAME_HEADER);
        readAt(offset, header);
        return header;
    }

    private byte[] readHeader() {
        var bytes = new byte[FrameFormat.OBJECT_HEADER];
        readAt(0, ByteBuffer.wrap(bytes));
        var header = ByteBuffer.wrap(bytes);
        if (header.getInt(0) != FrameFormat.MAGIC) {
            throw new DamagedObjectException(reader.key(), "it does not begin as an object of holdfast");
        }
        if (header.get(4) != FrameFormat.VERSION) {
            throw new NewerFormatException(
                    "object '%s'".formatted(reader.key()), header.get(4) & 0xFF, FrameFormat.VERSION);
        }
        return bytes;
    }

    private void load(FrameLocation frame) {
        if (stored.length < frame.storedLength()) {
            stored = new byte[frame.storedLength()];
        }
        readAt(frame.offset(), ByteBuffer.wrap(stored, 0, frame.storedLength()));
    }

    private void readAt(long offset, ByteBuffer target) {
        if (offset < 0 || offset > reader.size() - target.remaining()) {
            throw new DamagedObjectException(reader.key(), "it is too short");
        }
        reader.read(offset, target);
    }

    private void checkBounds(FrameLocation frame) {
        if (!frame.isPossible()) {
            throw damaged(frame, "has impossible lengths");
        }
    }

    private DamagedObjectException damaged(FrameLocation frame, String what) {
        return new DamagedObjectException(
                key(), "frame %d at byte %d %s".formatted(frame.number(), frame.offset(), what));
    }

    @Override
    public void close() {
        reader.close();
        if (!lent) {
            tools.close();
        }
    }
}
