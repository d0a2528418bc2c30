package io.holdfast.repository.frame;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectReader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * An object that is read from its beginning to its end in few requests, each byte once, and passed on as it was read. What is asked for
 * out of order is read apart, and not passed on. Confined to one thread.
 */
final class SequentialReader implements ObjectReader {

    /** As much as the largest frame. */
    private static final int WINDOW = 4 * 1024 * 1024;

    private final ObjectReader stored;
    private final Consumer<ByteBuffer> passed;
    private byte[] window = new byte[0];
    private long begin;
    private int length;

    /** @param passed gets all bytes in their order, by and by */
    SequentialReader(ObjectReader stored, Consumer<ByteBuffer> passed) {
        this.stored = stored;
        this.passed = passed;
    }

    @Override
    public ObjectKey key() {
        return stored.key();
    }

    @Override
    public long size() {
        return stored.size();
    }

    private long end() {
        return begin + length;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        if (offset < begin || offset > end()) {
            stored.read(offset, target);
            return;
        }
        if (offset + target.remaining() > end()) {
            forget(offset);
            readOn(Math.max(target.remaining() - length, WINDOW));
        }
        target.put(window, (int) (offset - begin), target.remaining());
    }

    private void forget(long before) {
        int gone = (int) (before - begin);
        System.arraycopy(window, gone, window, 0, length - gone);
        begin = before;
        length -= gone;
    }

    private void readOn(int most) {
        int more = (int) Math.min(most, size() - end());
        if (window.length < length + more) {
            var larger = new byte[length + more];
            System.arraycopy(window, 0, larger, 0, length);
            window = larger;
        }
        stored.read(end(), ByteBuffer.wrap(window, length, more));
        passed.accept(ByteBuffer.wrap(window, length, more).asReadOnlyBuffer());
        length += more;
    }

    /** Reads what is left. What was asked for last is still at hand then, and all that follows it. */
    void finish() {
        while (end() < size()) {
            readOn(WINDOW);
        }
    }

    @Override
    public void close() {
        stored.close();
    }
}
