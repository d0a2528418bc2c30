package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.frame.SealedWriter;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;

/** Stores WAL beneath one source. What {@code store} has returned for is durable. Thread-safe. */
public final class WalWriter {

    static final int FRAME = 1024 * 1024;

    private final SealedObjects objects;
    private final WalSource source;

    public WalWriter(SealedObjects objects, WalSource source) {
        this.objects = objects;
        this.source = source;
    }

    public WalSource source() {
        return source;
    }

    /**
     * Stores one piece; its range is that of the footer.
     *
     * @param content at least as many bytes as the range has
     * @return bytes in the repository
     */
    public long store(WalFooter footer, byte[] content) {
        return write(source.piece(footer.range()), ObjectType.WAL_PIECE, footer, content);
    }

    long write(ObjectKey key, ObjectType type, WalFooter footer, byte[] content) {
        try (var writer = objects.create(key, type)) {
            append(writer, content, Math.toIntExact(footer.range().bytes()));
            return writer.finish(footer.encode());
        }
    }

    private static void append(SealedWriter writer, byte[] content, int length) {
        for (int at = 0; at < length; at += FRAME) {
            writer.append(content, at, Math.min(FRAME, length - at));
        }
    }

    /**
     * Stores the history of a timeline; nothing happens if this source has it.
     *
     * @param content of the history file, as the server has it
     * @throws NameTakenException if something else lies there
     */
    public void storeHistory(TimelineId timeline, String content) {
        try {
            objects.createDocument(source.history(timeline), new StoredHistory(timeline, content));
        } catch (ObjectExistsException _) {
            // This session has stored it before: a timeline has one history.
            var key = source.history(timeline);
            objects.attempt(key, () -> objects.readDocument(key, StoredHistory.class))
                    .unreadable()
                    .ifPresent(there -> {
                        throw new NameTakenException(there);
                    });
        }
    }
}
