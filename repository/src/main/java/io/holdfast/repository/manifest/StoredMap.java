package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackReader;
import java.util.List;

/**
 * A frame map where it is stored. A later state of the file is stored as what differs from it, so that the cost of a map
 * is that of the change, until the difference is half as large as a map that stands by itself.
 *
 * @param reference where it is
 * @param base the map that stands by itself on which this one builds, or this one
 * @param baseExtents of that
 */
public record StoredMap(FrameMap map, FrameReference reference, FrameReference base, List<Extent> baseExtents) {

    public StoredMap {
        baseExtents = List.copyOf(baseExtents);
    }

    public static StoredMap read(PackReader packs, FrameReference reference) {
        return switch (FrameMapCodec.decode(packs.read(reference))) {
            case FrameMapCodec.Decoded.Whole whole ->
                new StoredMap(whole.map(), reference, reference, whole.map().extents());
            case FrameMapCodec.Decoded.Layered layered -> {
                if (!(FrameMapCodec.decode(packs.read(layered.base())) instanceof FrameMapCodec.Decoded.Whole below)) {
                    throw new MalformedEncodingException("a frame map upon one that does not stand by itself");
                }
                yield new StoredMap(
                        layered.upon(below.map()),
                        reference,
                        layered.base(),
                        below.map().extents());
            }
        };
    }

    /** The bytes under which a later state of the file is to be stored. */
    public byte[] encodeNext(FrameMap next) {
        var whole = next.encode();
        var layered = next.encodeUpon(base, baseExtents);
        return layered.length <= whole.length / 2 ? layered : whole;
    }
}
