package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.StoredMap;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackReader;
import java.util.BitSet;
import java.util.Optional;

/**
 * How the parent has a file, or one map's part of it.
 *
 * @param overlaid blocks that overlays provide
 * @param stored absent for a file that is one extent and has no map
 */
record PriorMap(FrameMap map, BitSet overlaid, Optional<StoredMap> stored) {

    /** @param index of the map in the file */
    static Optional<PriorMap> of(Content content, int index, int blockSize, PackReader packs) {
        return switch (content) {
            case Content.Empty _ -> Optional.empty();
            case Content.Single single ->
                index == 0
                        ? Optional.of(of(FrameMap.ofOne(blockSize, single.extent()), Optional.empty()))
                        : Optional.empty();
            case Content.Mapped mapped -> {
                if (index >= mapped.maps().size()) {
                    yield Optional.empty();
                }
                var stored = StoredMap.read(packs, mapped.maps().get(index));
                yield stored.map().blockSize() == blockSize
                        ? Optional.of(of(stored.map(), Optional.of(stored)))
                        : Optional.empty();
            }
        };
    }

    private static PriorMap of(FrameMap map, Optional<StoredMap> stored) {
        return new PriorMap(map, map.overlaid(), stored);
    }

    /** Where the map is, if it is still the same. */
    Optional<FrameReference> ifUnchanged(FrameMap next) {
        return stored.filter(before -> before.map().equals(next)).map(StoredMap::reference);
    }

    byte[] encodeNext(FrameMap next) {
        return stored.map(before -> before.encodeNext(next)).orElseGet(next::encode);
    }

    /** The extent with this number, if it is as long as that. Overlays may hide parts of it. */
    Optional<Extent> extent(int number, int length) {
        return number < map.extents().size() && map.extents().get(number).length() == length
                ? Optional.of(map.extents().get(number))
                : Optional.empty();
    }
}
