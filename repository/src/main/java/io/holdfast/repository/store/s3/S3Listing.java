package io.holdfast.repository.store.s3;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Walks the folders of a bucket in the order of keys, whichever of two orders the server has: Amazon's, by the bytes of
 * whole keys, or SeaweedFS's, by the names in each folder, where {@code a/b} precedes {@code a-b}. Holds about a page for
 * each folder between the root and where it is.
 */
final class S3Listing extends Spliterators.AbstractSpliterator<StoredObject> {

    /** An object, or a version of one, newest first; {@code key} is as the bucket has it. */
    record Found(String key, long size, Instant stored) {}

    /** Where the next page begins: whatever the source makes of it. */
    interface Mark {}

    /** @param folders as the bucket has them, each ending in a slash */
    record Page(List<Found> objects, List<String> folders, Optional<Mark> next) {}

    /** What lies directly in one folder of a bucket, page after page, in either order. */
    interface Source {

        /**
         * Asks for a page.
         *
         * @param after names up to this one may be left out; empty for none
         */
        Page fetch(String folder, String after, Optional<Mark> mark);
    }

    private final Source pages;
    private final String prefix;
    private final String after;
    private final Deque<Level> levels = new ArrayDeque<>();

    private S3Listing(Source pages, String prefix, String after) {
        super(Long.MAX_VALUE, Spliterator.DISTINCT | Spliterator.NONNULL | Spliterator.ORDERED);
        this.pages = pages;
        this.prefix = prefix;
        this.after = after;
    }

    /**
     * Begins a listing.
     *
     * @param prefix the store's
     * @param folder empty, or a key and a slash
     * @param after keys up to this one are left out; empty for none
     */
    static Stream<StoredObject> beneath(Source pages, String prefix, String folder, String after) {
        var listing = new S3Listing(pages, prefix, after);
        listing.levels.push(listing.new Level(folder));
        return StreamSupport.stream(listing, false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super StoredObject> action) {
        while (!levels.isEmpty()) {
            var entry = levels.element().next();
            if (entry == null) {
                levels.pop();
            } else if (entry.getValue().isPresent()) {
                action.accept(entry.getValue().get());
                return true;
            } else {
                levels.push(new Level(levels.element().folder + entry.getKey()));
            }
        }
        return false;
    }

    /** A folder being walked. */
    private final class Level {

        private final String folder;
        private final String start;

        /** By name, a folder's with its slash: absent values are folders. */
        private final TreeMap<String, Optional<StoredObject>> entries = new TreeMap<>();

        /**
         * The greatest name that was seen, without a slash. Whatever is still to come has a greater name in SeaweedFS's
         * order, and a greater key in Amazon's: so what is smaller than this as a key is next in both.
         */
        private String seen = "";

        private Optional<Mark> mark = Optional.empty();
        private boolean complete;

        Level(String folder) {
            this.folder = folder;
            this.start = start(folder);
        }

        Map.@Nullable Entry<String, Optional<StoredObject>> next() {
            while (!complete && (entries.isEmpty() || entries.firstKey().compareTo(seen) >= 0)) {
                var page = pages.fetch(prefix + folder, start.isEmpty() ? "" : prefix + start, mark);
                page.objects().forEach(this::addObject);
                page.folders().forEach(this::addFolder);
                mark = page.next();
                complete = mark.isEmpty();
            }
            return entries.pollFirstEntry();
        }

        private void addObject(Found found) {
            var key = found.key().substring(prefix.length());
            var name = key.substring(folder.length());
            saw(name);
            if (!ObjectKey.isValid(key) || key.compareTo(after) <= 0) {
                return;
            }
            var object = new StoredObject(new ObjectKey(key), found.size(), found.stored());
            // Of several versions, which come newest first, the oldest is the object.
            entries.put(name, Optional.of(object));
        }

        private void addFolder(String found) {
            var key = found.substring(prefix.length());
            var name = key.substring(folder.length());
            var bare = name.substring(0, name.length() - 1);
            saw(bare);
            var mayFollow = key.compareTo(after) > 0 || after.startsWith(key);
            if (mayFollow && ObjectKey.isValid(folder + bare)) {
                entries.put(name, Optional.empty());
            }
        }

        private void saw(String name) {
            seen = seen.compareTo(name) < 0 ? name : seen;
        }

        /**
         * Where the server may begin: before every name that matters in either order. A folder {@code a} comes after
         * {@code a-b} as a key, and before it as a name.
         */
        private String start(String folder) {
            if (!after.startsWith(folder)) {
                return "";
            }
            var name = after.substring(folder.length());
            var end = 0;
            while (end < name.length() && "-./".indexOf(name.charAt(end)) < 0) {
                end++;
            }
            return end < 2 ? "" : folder + name.substring(0, end - 1);
        }
    }
}
