package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The bytes of a frame map: {@code docs/repository-format.md}, section 6. */
final class FrameMapCodec {

    private static final int VERSION = 0;
    private static final int WHOLE = 0;
    private static final int LAYERED = 1;

    private FrameMapCodec() {}

    /** What the bytes say. */
    sealed interface Decoded {

        record Whole(FrameMap map) implements Decoded {}

        /**
         * The extents of another map, but for some.
         *
         * @param extents how many the map has
         */
        record Layered(
                int blockSize,
                FrameReference base,
                int extents,
                SortedMap<Integer, Extent> replaced,
                List<Overlay> overlays)
                implements Decoded {

            FrameMap upon(FrameMap below) {
                var all = new ArrayList<Extent>();
                for (int i = 0; i < extents; i++) {
                    var own = replaced.get(i);
                    if (own == null && i >= below.extents().size()) {
                        throw new MalformedEncodingException("an extent that neither a map nor its base has");
                    }
                    all.add(own == null ? below.extents().get(i) : own);
                }
                return new FrameMap(blockSize, all, overlays);
            }
        }
    }

    static byte[] encode(FrameMap map) {
        var table = new PackTable.Builder();
        map.extents().forEach(extent -> table.add(extent.frame().pack()));
        map.overlays().forEach(overlay -> table.add(overlay.frame().pack()));
        var out = new BinaryWriter().varint(VERSION);
        var packs = table.write(out);
        out.varint(map.blockSize()).u8(WHOLE).varint(map.extents().size());
        map.extents().forEach(extent -> packs.write(out, extent));
        write(out, packs, map.overlays());
        return out.toBytes();
    }

    static byte[] encodeUpon(FrameMap map, FrameReference base, List<Extent> below) {
        var replaced = new TreeMap<Integer, Extent>();
        for (int i = 0; i < map.extents().size(); i++) {
            var extent = map.extents().get(i);
            if (i >= below.size() || !extent.equals(below.get(i))) {
                replaced.put(i, extent);
            }
        }
        var table = new PackTable.Builder();
        table.add(base.pack());
        replaced.values().forEach(extent -> table.add(extent.frame().pack()));
        map.overlays().forEach(overlay -> table.add(overlay.frame().pack()));
        var out = new BinaryWriter().varint(VERSION);
        var packs = table.write(out);
        out.varint(map.blockSize()).u8(LAYERED);
        packs.write(out, base);
        out.varint(map.extents().size()).varint(replaced.size());
        int previous = -1;
        for (var entry : replaced.entrySet()) {
            packs.write(out.varint(entry.getKey() - previous), entry.getValue());
            previous = entry.getKey();
        }
        write(out, packs, map.overlays());
        return out.toBytes();
    }

    private static void write(BinaryWriter out, PackTable packs, List<Overlay> overlays) {
        out.varint(overlays.size());
        for (var overlay : overlays) {
            packs.write(out, overlay.frame());
            out.raw(overlay.hash().bytes()).varint(overlay.blocks().size());
            int previous = -1;
            for (int block : overlay.blocks()) {
                out.varint(((long) (block - previous) << 1) | (overlay.isAlive(block) ? 0 : 1));
                previous = block;
            }
        }
    }

    static Decoded decode(byte[] bytes) {
        var in = new BinaryReader(bytes);
        PackTable.requireVersion("a frame map", in.varint(), VERSION);
        var packs = PackTable.read(in);
        int blockSize = in.count();
        if (blockSize == 0) {
            throw new MalformedEncodingException("blocks of no bytes");
        }
        int form = in.u8();
        var decoded = switch (form) {
            case WHOLE -> whole(in, packs, blockSize);
            case LAYERED -> layered(in, packs, blockSize);
            default -> throw new MalformedEncodingException("a frame map of form " + form);
        };
        in.requireEnd();
        return decoded;
    }

    private static Decoded whole(BinaryReader in, PackTable packs, int blockSize) {
        int count = extents(in);
        var extents = new ArrayList<Extent>(Math.min(count, in.remaining()));
        for (int i = 0; i < count; i++) {
            extents.add(packs.readExtent(in));
        }
        return new Decoded.Whole(new FrameMap(blockSize, extents, overlays(in, packs)));
    }

    private static Decoded layered(BinaryReader in, PackTable packs, int blockSize) {
        var base = packs.readReference(in);
        int count = extents(in);
        int replacedCount = in.items();
        var replaced = new TreeMap<Integer, Extent>();
        int index = -1;
        for (int i = 0; i < replacedCount; i++) {
            index = step(index, in.count(), "extents of a map");
            if (index >= count) {
                throw new MalformedEncodingException("extent %d of %d".formatted(index, count));
            }
            replaced.put(index, packs.readExtent(in));
        }
        return new Decoded.Layered(blockSize, base, count, replaced, overlays(in, packs));
    }

    private static int extents(BinaryReader in) {
        int count = in.count();
        if (count > FrameMap.MOST_EXTENTS) {
            throw new MalformedEncodingException("a map of %d extents".formatted(count));
        }
        return count;
    }

    private static List<Overlay> overlays(BinaryReader in, PackTable packs) {
        int count = in.items();
        var overlays = new ArrayList<Overlay>();
        var alive = new BitSet();
        for (int i = 0; i < count; i++) {
            var overlay = overlay(in, packs);
            overlay.alive().forEach(block -> {
                if (alive.get(block)) {
                    throw new MalformedEncodingException("block %d in two overlays".formatted(block));
                }
                alive.set(block);
            });
            overlays.add(overlay);
        }
        return overlays;
    }

    private static Overlay overlay(BinaryReader in, PackTable packs) {
        var frame = packs.readReference(in);
        var hash = ContentHash.of(in.raw(ContentHash.BYTES));
        int count = in.items();
        var blocks = new ArrayList<Integer>(count);
        Set<Integer> dead = new HashSet<>();
        int block = -1;
        for (int i = 0; i < count; i++) {
            long value = in.size();
            block = step(block, value >>> 1, "blocks of an overlay");
            if (block >= FrameMap.MOST_BLOCKS) {
                throw new MalformedEncodingException("block %d in one map".formatted(block));
            }
            blocks.add(block);
            if ((value & 1) != 0) {
                dead.add(block);
            }
        }
        return new Overlay(frame, hash, blocks, dead);
    }

    private static int step(int from, long step, String things) {
        if (step == 0 || from + step > Integer.MAX_VALUE) {
            throw new MalformedEncodingException(things + " that do not ascend");
        }
        return (int) (from + step);
    }
}
