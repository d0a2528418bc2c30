package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectWriter;
import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object on its way into an {@link S3Store}: small ones in one request, larger ones in parts, of which one is held.
 * Confined to one thread.
 */
final class S3ObjectWriter implements ObjectWriter {

    private static final Logger LOG = LoggerFactory.getLogger(S3ObjectWriter.class);

    /** Of 10,000 parts that an object may have; the parts double after each thousand, so that they make up for 5 TB. */
    private static final int PARTS_OF_ONE_SIZE = 1000;

    private static final int FIRST_BUFFER = 64 * 1024;

    private enum State {
        WRITING,
        ENDED,
        CLOSED
    }

    private final S3Objects objects;
    private final S3Creation creation;
    private final String location;
    private final ObjectKey key;
    private final String name;
    private final String writer;
    private final int partSize;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int filled;
    private boolean made;
    private State state = State.WRITING;

    /** @param writer a random text that no other writer has */
    S3ObjectWriter(
            S3Objects objects,
            S3Creation creation,
            String location,
            ObjectKey key,
            String name,
            String writer,
            int partSize) {
        this.objects = objects;
        this.creation = creation;
        this.location = location;
        this.key = key;
        this.name = name;
        this.writer = writer;
        this.partSize = partSize;
    }

    @Override
    public void write(ByteBuffer bytes) {
        requireWriting();
        state = State.ENDED;
        while (bytes.hasRemaining()) {
            var most = mostOfAPart();
            if (filled == most) {
                creation.sendPart(ByteBuffer.wrap(buffer, 0, filled));
                filled = 0;
                most = mostOfAPart();
            }
            var count = Math.min(bytes.remaining(), most - filled);
            if (filled + count > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(most, Math.max(filled + count, buffer.length * 2)));
            }
            bytes.get(buffer, filled, count);
            filled += count;
        }
        state = State.WRITING;
    }

    private int mostOfAPart() {
        return partSize << Math.min(6, creation.partsSent() / PARTS_OF_ONE_SIZE);
    }

    @Override
    public void commit() {
        requireWriting();
        state = State.ENDED;
        Optional<String> version;
        try {
            version = make();
        } catch (S3StoreException e) {
            settle(e);
            made = true;
            return;
        }
        made = true;
        if (objects.versioned()) {
            requireOldest(version);
        }
    }

    private Optional<String> make() {
        if (creation.partsSent() == 0) {
            return creation.put(ByteBuffer.wrap(buffer, 0, filled));
        }
        if (filled > 0) {
            creation.sendPart(ByteBuffer.wrap(buffer, 0, filled));
        }
        return creation.complete();
    }

    /**
     * A request that took effect and whose answer was lost is refused when it is repeated. The object is then ours, and
     * says so.
     */
    private void settle(S3StoreException refusal) {
        var taken = refusal.is(S3Trouble.PRECONDITION);
        var uploadGone = refusal.is(S3Trouble.MISSING);
        if (!taken && !uploadGone) {
            throw refusal;
        }
        if (objects.isBy(what(), name, writer)) {
            return;
        }
        throw taken || objects.find(what(), name).isPresent() ? new ObjectExistsException(location, key) : refusal;
    }

    /** A delete marker hides an object from the server's condition, but not from who reads. */
    private void requireOldest(Optional<String> version) {
        var oldest = objects.find(what(), name).flatMap(S3Version::id);
        if (!oldest.equals(version) && !objects.isBy(what(), name, writer)) {
            throw new ObjectExistsException(location, key);
        }
    }

    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        buffer = new byte[0];
        if (made) {
            return;
        }
        try {
            creation.abort();
        } catch (StoreException e) {
            // The object is given up whatever becomes of its parts; a lifecycle rule of the bucket sweeps them.
            LOG.warn("parts left behind: object={} reason={}", key, e.getMessage());
        }
    }

    private String what() {
        return "write object '%s'".formatted(key);
    }

    private void requireWriting() {
        if (state != State.WRITING) {
            throw new IllegalStateException("object '%s' has ended".formatted(key));
        }
    }
}
