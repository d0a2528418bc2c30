package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The packs that a map or page refers to, so that each reference costs an index instead of a name. */
final class PackTable {

    private static final int NAME = 16;

    private final List<PackId> packs;
    private final Map<PackId, Integer> indexes;

    private PackTable(List<PackId> packs, Map<PackId, Integer> indexes) {
        this.packs = packs;
        this.indexes = indexes;
    }

    static final class Builder {

        private final Map<PackId, Integer> indexes = new LinkedHashMap<>();

        void add(PackId pack) {
            indexes.putIfAbsent(pack, indexes.size());
        }

        PackTable write(BinaryWriter out) {
            out.varint(indexes.size());
            for (var pack : indexes.keySet()) {
                out.raw(pack.backup().text().getBytes(StandardCharsets.US_ASCII))
                        .u8(pack.kind().number())
                        .varint(pack.number());
            }
            return new PackTable(List.copyOf(indexes.keySet()), indexes);
        }
    }

    static PackTable read(BinaryReader in) {
        int count = in.count();
        var packs = new ArrayList<PackId>(Math.min(count, in.remaining() / NAME));
        var indexes = new HashMap<PackId, Integer>();
        for (int i = 0; i < count; i++) {
            var pack = pack(in);
            packs.add(pack);
            if (indexes.putIfAbsent(pack, i) != null) {
                throw new MalformedEncodingException("a pack twice in one table");
            }
        }
        return new PackTable(packs, indexes);
    }

    private static PackId pack(BinaryReader in) {
        var backup = new String(in.raw(NAME), StandardCharsets.US_ASCII);
        int kind = in.u8();
        int number = in.count();
        try {
            return new PackId(
                    new BackupId(backup),
                    PackId.Kind.ofNumber(kind)
                            .orElseThrow(() -> new MalformedEncodingException("a pack of kind " + kind)),
                    number);
        } catch (IllegalArgumentException e) {
            throw new MalformedEncodingException("a pack that cannot be", e);
        }
    }

    static void requireVersion(String thing, long version, int known) {
        if (version != known) {
            throw new NewerFormatException(thing, version, known);
        }
    }

    void write(BinaryWriter out, FrameReference reference) {
        var location = reference.location();
        out.varint(indexes.getOrDefault(reference.pack(), -1))
                .varint(location.number())
                .varint(location.offset())
                .varint(location.storedLength())
                .varint(location.plainLength());
    }

    FrameReference readReference(BinaryReader in) {
        int index = in.count();
        if (index >= packs.size()) {
            throw new MalformedEncodingException("pack %d of %d".formatted(index, packs.size()));
        }
        var location = new FrameLocation(in.count(), in.size(), in.count(), in.count());
        if (!location.isPossible()) {
            throw new MalformedEncodingException("a frame that cannot be");
        }
        return new FrameReference(packs.get(index), location);
    }

    void write(BinaryWriter out, Extent extent) {
        write(out, extent.frame());
        out.varint(extent.offset()).varint(extent.length()).raw(extent.hash().bytes());
    }

    Extent readExtent(BinaryReader in) {
        var frame = readReference(in);
        int offset = in.count();
        int length = in.count();
        if (offset > frame.location().plainLength() - length) {
            throw new MalformedEncodingException("an extent beyond its frame");
        }
        return new Extent(frame, offset, length, ContentHash.of(in.raw(ContentHash.BYTES)));
    }
}
