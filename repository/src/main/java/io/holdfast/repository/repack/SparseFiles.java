package io.holdfast.repository.repack;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredMap;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackReader;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which packs of a few each file of a backup uses. */
public final class SparseFiles {

    private SparseFiles() {}

    /** By path; files that use none of them are left out. */
    static Map<String, Set<PackId>> of(Repository repository, Manifest manifest, Set<PackId> packs) {
        var found = new TreeMap<String, Set<PackId>>();
        if (packs.isEmpty()) {
            return found;
        }
        try (var reader = new PackReader(repository.objects());
                var entries = repository.manifests().entries(manifest)) {
            entries.forEach(entry -> {
                if (entry instanceof FileEntry.File file) {
                    var used = used(file.content(), packs, reader);
                    if (!used.isEmpty()) {
                        found.put(file.path().text(), used);
                    }
                }
            });
        }
        return found;
    }

    /** Which of some packs the content of a file is in. */
    public static Set<PackId> used(Content content, Set<PackId> packs, PackReader reader) {
        var used = new HashSet<PackId>();
        all(content, reader).filter(packs::contains).forEach(used::add);
        return used;
    }

    private static Stream<PackId> all(Content content, PackReader reader) {
        return switch (content) {
            case Content.Empty _ -> Stream.empty();
            case Content.Single single -> Stream.of(single.extent().frame().pack());
            case Content.Mapped mapped ->
                mapped.maps().stream()
                        .map(map -> StoredMap.read(reader, map).map())
                        .flatMap(map -> Stream.concat(
                                map.extents().stream()
                                        .map(extent -> extent.frame().pack()),
                                map.overlays().stream()
                                        .map(overlay -> overlay.frame().pack())));
        };
    }
}
