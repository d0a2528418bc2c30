package io.holdfast.repository.pack;

import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.frame.SealedWriter;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames into packs, beginning a new pack when one is full. A reference is good only after {@link #finish}:
 * until then its pack is not durable. Confined to one thread; several writers of one backup share the supplier of
 * names.
 */
public final class PackWriter implements AutoCloseable {

    /** Large enough that requests cost nothing beside bytes, small enough to be rewritten when half of it is dead. */
    public static final long FULL = 64L * 1024 * 1024;

    private final SealedObjects objects;
    private final Supplier<PackId> names;
    private final long full;
    private @Nullable SealedWriter current;
    private @Nullable PackId currentId;
    private long storedBytes;

    /**
     * Begins with no pack open.
     *
     * @param names gives a new name at each call; thread-safe if shared
     */
    public PackWriter(SealedObjects objects, Supplier<PackId> names) {
        this(objects, names, FULL);
    }

    PackWriter(SealedObjects objects, Supplier<PackId> names, long full) {
        this.objects = objects;
        this.names = names;
        this.full = full;
    }

    public FrameReference append(byte[] content, int from, int length) {
        var writer = current;
        if (writer == null) {
            currentId = names.get();
            writer = current = objects.create(currentId.key(), ObjectType.PACK);
        }
        FrameLocation location = writer.append(content, from, length);
        var reference = new FrameReference(Objects.requireNonNull(currentId), location);
        if (writer.size() >= full) {
            finish();
        }
        return reference;
    }

    /** Makes every frame appended so far durable. */
    public void finish() {
        if (current != null) {
            var footer = new BinaryWriter().varint(current.frames()).varint(current.plainBytes());
            storedBytes += current.finish(footer.toBytes());
            current.close();
            current = null;
        }
    }

    /** Bytes of the finished packs. */
    public long storedBytes() {
        return storedBytes;
    }

    /** Drops the pack that is not finished. */
    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
