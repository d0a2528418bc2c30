package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.pack.FrameReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the pages of a catalogue are, in path order. Stored in frames of its own, so that a manifest stays small however many
 * files there are.
 */
public record PageList(List<FrameReference> pages) {

    private static final int VERSION = 0;

    /** So that a list fits into a frame: a reference takes at most 40 bytes. */
    public static final int MOST_PAGES = 65_536;

    public PageList {
        pages = List.copyOf(pages);
    }

    public byte[] encode() {
        var table = new PackTable.Builder();
        pages.forEach(page -> table.add(page.pack()));
        var out = new BinaryWriter().varint(VERSION);
        var packs = table.write(out);
        out.varint(pages.size());
        pages.forEach(page -> packs.write(out, page));
        return out.toBytes();
    }

    public static PageList decode(byte[] bytes) {
        var in = new BinaryReader(bytes);
        PackTable.requireVersion("a list of pages", in.varint(), VERSION);
        var packs = PackTable.read(in);
        int count = in.items();
        var pages = new ArrayList<FrameReference>(count);
        for (int i = 0; i < count; i++) {
            pages.add(packs.readReference(in));
        }
        in.requireEnd();
        return new PageList(pages);
    }
}
