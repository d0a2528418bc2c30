package io.holdfast.repository.removal;

import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.manifest.FrameWalk;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The packs that backups reach, and how many bytes of each. A bit for each frame, so that it fits into memory at any size.
 * Confined to one thread.
 */
public final class Reach implements FrameWalk.Visitor {

    private final SealedObjects objects;
    private final Map<PackId, Use> packs = new HashMap<>();

    public Reach(SealedObjects objects) {
        this.objects = objects;
    }

    /** What is used of one pack. */
    private static final class Use {
        private final BitSet reached = new BitSet();
        private final BitSet entered = new BitSet();
        private long bytes;
    }

    /** Adds what one more backup reaches. */
    public void add(Manifest manifest) {
        FrameWalk.of(objects, manifest, this);
    }

    @Override
    public void reached(FrameReference frame) {
        var use = use(frame);
        int number = frame.location().number();
        if (!use.reached.get(number)) {
            use.reached.set(number);
            use.bytes += frame.location().storedLength();
        }
    }

    @Override
    public boolean enters(FrameReference frame) {
        var use = use(frame);
        int number = frame.location().number();
        boolean isNew = !use.entered.get(number);
        use.entered.set(number);
        return isNew;
    }

    private Use use(FrameReference frame) {
        return packs.computeIfAbsent(frame.pack(), _ -> new Use());
    }

    public Set<PackId> packs() {
        return Set.copyOf(packs.keySet());
    }

    boolean contains(PackId pack) {
        return packs.containsKey(pack);
    }

    /** Bytes of the frames that are reached. */
    long bytes(PackId pack) {
        var use = packs.get(pack);
        return use == null ? 0 : use.bytes;
    }
}
