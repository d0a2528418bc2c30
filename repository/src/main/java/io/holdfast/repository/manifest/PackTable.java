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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The packs that a map or page refers to, so that each reference costs an index instead of a name. */
final class PackTable {

    private static final int NAME = 16;

    private final List<PackId> packs;
    private final Map<PackId, Integer> indexes;

    private PackTable(Map<PackId, Integer> indexes) {
        this.packs = List.copyOf(indexes.keySet());
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
            return new PackTable(indexes);
        }
    }

    static PackTable read(BinaryReader in) {
        int count = in.count();
        Map<PackId, Integer> indexes = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            var backup = new BackupId(new String(in.raw(NAME), StandardCharsets.US_ASCII));
            int number = in.u8();
            var kind = PackId.Kind.ofNumber(number)
                    .orElseThrow(() -> new MalformedEncodingException("a pack of kind " + number));
            indexes.put(new PackId(backup, kind, in.count()), i);
        }
        return new PackTable(indexes);
    }

    static void requireVersion(String thing, long version, int known) {
        if (version != known) {
            throw new NewerFormatException(thing, (int) version, known);
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
        return new FrameReference(packs.get(index), new FrameLocation(in.count(), in.varint(), in.count(), in.count()));
    }

    void write(BinaryWriter out, Extent extent) {
        write(out, extent.frame());
        out.varint(extent.offset()).varint(extent.length()).raw(extent.hash().bytes());
    }

    Extent readExtent(BinaryReader in) {
        return new Extent(readReference(in), in.count(), in.count(), ContentHash.of(in.raw(ContentHash.BYTES)));
    }
}
