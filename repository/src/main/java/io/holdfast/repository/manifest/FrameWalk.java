package io.holdfast.repository.manifest;

import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackReader;

/**
 * Goes through every frame that a restore of a backup may read: lists of pages, pages, maps and those they build upon,
 * extents and overlays. What a visitor does not enter again is not read again, so what backups share is read once.
 */
public final class FrameWalk {

    /** Takes what is reached. */
    public interface Visitor {

        /** A frame that is needed; the same one may come often. */
        void reached(FrameReference frame);

        /** Whether to read a frame and go on to what it leads to: not if that was done before. */
        boolean enters(FrameReference frame);
    }

    private final PackReader packs;
    private final Visitor visitor;

    private FrameWalk(PackReader packs, Visitor visitor) {
        this.packs = packs;
        this.visitor = visitor;
    }

    /** Walks through one backup. */
    public static void of(SealedObjects objects, Manifest manifest, Visitor visitor) {
        try (var packs = new PackReader(objects)) {
            var walk = new FrameWalk(packs, visitor);
            manifest.catalogue().forEach(walk::list);
        }
    }

    private boolean enters(FrameReference frame) {
        visitor.reached(frame);
        return visitor.enters(frame);
    }

    private void list(FrameReference list) {
        if (enters(list)) {
            PageList.decode(packs.read(list)).pages().forEach(this::page);
        }
    }

    private void page(FrameReference page) {
        if (enters(page)) {
            for (var entry : Page.decode(packs.read(page)).entries()) {
                if (entry instanceof FileEntry.File file) {
                    content(file.content());
                }
            }
        }
    }

    private void content(Content content) {
        switch (content) {
            case Content.Empty _ -> {}
            case Content.Single single -> visitor.reached(single.extent().frame());
            case Content.Mapped mapped -> mapped.maps().forEach(this::map);
        }
    }

    private void map(FrameReference map) {
        if (enters(map)) {
            var stored = StoredMap.read(packs, map);
            // Reached, not entered: what this map replaces of its base is not needed for it, but perhaps for another
            // backup.
            visitor.reached(stored.base());
            stored.map().extents().forEach(extent -> visitor.reached(extent.frame()));
            stored.map().overlays().forEach(overlay -> visitor.reached(overlay.frame()));
        }
    }
}
