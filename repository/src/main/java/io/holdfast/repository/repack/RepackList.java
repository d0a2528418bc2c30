package io.holdfast.repository.repack;

import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.store.ObjectKey;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a keeper asks the next backup to store anew: an object beneath {@code repack/}. Nothing is lost if nobody does.
 *
 * @param packs names of the objects
 * @param files paths in the newest backup that use something of them
 */
public record RepackList(int version, List<String> packs, List<String> files) {

    static final int VERSION = 0;

    static final ObjectKey FOLDER = ObjectKey.of("repack");

    static final RepackList NOTHING = new RepackList(VERSION, List.of(), List.of());

    public RepackList {
        packs = List.copyOf(packs);
        files = List.copyOf(files);
    }

    /** The packs; what is no name of one is left out. */
    public Set<PackId> packIds() {
        return packs.stream()
                .filter(ObjectKey::isValid)
                .flatMap(name -> PackId.of(new ObjectKey(name)).stream())
                .collect(Collectors.toSet());
    }
}
