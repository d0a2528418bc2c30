package io.holdfast.repository.pack;

import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.frame.SealedReader;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads frames by reference, keeping a few packs open. Confined to one thread. */
public final class PackReader implements AutoCloseable {

    private static final int MOST_OPEN = 4;

    private final SealedObjects objects;
    private final Map<PackId, SealedReader> open = new LinkedHashMap<>(16, 0.75f, true);

    public PackReader(SealedObjects objects) {
        this.objects = objects;
    }

    /** Reads the content of a frame to the beginning of {@code target}. */
    public void read(FrameReference frame, byte[] target) {
        reader(frame.pack()).read(frame.location(), target);
    }

    public byte[] read(FrameReference frame) {
        return reader(frame.pack()).read(frame.location());
    }

    private SealedReader reader(PackId pack) {
        var reader = open.get(pack);
        if (reader == null) {
            if (open.size() >= MOST_OPEN) {
                var eldest = open.entrySet().iterator();
                eldest.next().getValue().close();
                eldest.remove();
            }
            reader = objects.open(pack.key(), ObjectType.PACK);
            open.put(pack, reader);
        }
        return reader;
    }

    @Override
    public void close() {
        open.values().forEach(SealedReader::close);
        open.clear();
    }
}
