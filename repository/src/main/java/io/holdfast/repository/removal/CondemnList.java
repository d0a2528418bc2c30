package io.holdfast.repository.removal;

import io.holdfast.repository.store.ObjectKey;
import java.util.List;
import java.util.stream.Stream;

/** What is going to be removed. */
record CondemnList(int version, List<Group> groups) {

    static final int VERSION = 0;

    CondemnList {
        groups = List.copyOf(groups);
    }

    /**
     * Objects that go for one reason.
     *
     * @param of what they belong to, for people
     */
    record Group(String of, String reason, List<Entry> objects) {

        Group {
            objects = List.copyOf(objects);
        }
    }

    record Entry(String key, long bytes) {}

    List<ObjectKey> keys() {
        return stream().toList();
    }

    Stream<ObjectKey> stream() {
        return groups.stream().flatMap(group -> group.objects().stream()).map(entry -> new ObjectKey(entry.key()));
    }
}
