package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.pack.ContentHash;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the bytes of one file are: its extents in file order, then what overlays them. Shared by every backup in which
 * the file is the same.
 *
 * @param blockSize bytes of a block of the overlays
 */
public record FrameMap(int blockSize, List<Extent> extents, List<Overlay> overlays) {

    private static final int VERSION = 0;

    public FrameMap {
        extents = List.copyOf(extents);
        overlays = List.copyOf(overlays);
    }

    public byte[] encode() {
        var table = new PackTable.Builder();
        extents.forEach(extent -> table.add(extent.frame().pack()));
        overlays.forEach(overlay -> table.add(overlay.frame().pack()));
        var out = new BinaryWriter().varint(VERSION);
        var packs = table.write(out);
        out.varint(blockSize).varint(extents.size());
        extents.forEach(extent -> packs.write(out, extent));
        out.varint(overlays.size());
        for (var overlay : overlays) {
            packs.write(out, overlay.frame());
            out.raw(overlay.hash().bytes()).varint(overlay.blocks().size());
            int previous = -1;
            for (int block : overlay.blocks()) {
                out.varint(block - previous);
                previous = block;
            }
        }
        return out.toBytes();
    }

    public static FrameMap decode(byte[] bytes) {
        var in = new BinaryReader(bytes);
        PackTable.requireVersion("a frame map", in.varint(), VERSION);
        var packs = PackTable.read(in);
        int blockSize = in.count();
        int count = in.count();
        var extents = new ArrayList<Extent>(Math.min(count, in.remaining()));
        for (int i = 0; i < count; i++) {
            extents.add(packs.readExtent(in));
        }
        int overlayCount = in.count();
        var overlays = new ArrayList<Overlay>(Math.min(overlayCount, in.remaining()));
        for (int i = 0; i < overlayCount; i++) {
            overlays.add(new Overlay(packs.readReference(in), ContentHash.of(in.raw(ContentHash.BYTES)), blocks(in)));
        }
        in.requireEnd();
        return new FrameMap(blockSize, extents, overlays);
    }

    private static List<Integer> blocks(BinaryReader in) {
        int count = in.count();
        var blocks = new ArrayList<Integer>(Math.min(count, in.remaining()));
        int block = -1;
        for (int i = 0; i < count; i++) {
            int step = in.count();
            if (step == 0 || (long) block + step > Integer.MAX_VALUE) {
                throw new MalformedEncodingException("blocks of an overlay that do not ascend");
            }
            block += step;
            blocks.add(block);
        }
        return blocks;
    }
}
