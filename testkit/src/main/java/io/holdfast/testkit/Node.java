package io.holdfast.testkit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** An inode: a file or a folder apart from its names, as it is now and as the medium holds it. */
sealed interface Node {

    Instant modified();

    /**
     * A file. Its two contents agree up to {@code agreed}, since files are only appended to and cut; so forcing costs what
     * was written since the last time.
     */
    final class File implements Node {

        final FileContent current = new FileContent();
        final FileContent durable = new FileContent();
        int agreed;
        Instant modified;

        File(Instant modified) {
            this.modified = modified;
        }

        @Override
        public Instant modified() {
            return modified;
        }

        void force() {
            durable.truncate(agreed);
            durable.append(current.array(), agreed, current.size() - agreed);
            agreed = current.size();
        }

        void truncate(int size) {
            current.truncate(size);
            agreed = Math.min(agreed, size);
        }

        /** The file as it is after a power failure. */
        File after(Survival survival) {
            var rest = new File(modified);
            var size = survival.size(durable.size(), current.size());
            rest.current.append(current.array(), 0, Math.min(agreed, size));
            while (rest.current.size() < size) {
                var start = rest.current.size();
                var length = Math.min(Survival.SECTOR, size - start);
                rest.current.append(survival.sector(durable, current, start, length), 0, length);
            }
            rest.force();
            return rest;
        }
    }

    /** A folder: names of nodes. */
    final class Folder implements Node {

        final Map<String, Node> current = new TreeMap<>();
        final Map<String, Node> durable = new HashMap<>();
        Instant modified;

        Folder(Instant modified) {
            this.modified = modified;
        }

        @Override
        public Instant modified() {
            return modified;
        }

        void force() {
            durable.clear();
            durable.putAll(current);
        }
    }
}
