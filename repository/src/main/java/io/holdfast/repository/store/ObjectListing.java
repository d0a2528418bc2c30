package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Walks the folders of a {@link FilesystemStore} in the order of keys, and holds no more than the names of the folders
 * between the root and where it is.
 *
 * <p>A folder sorts as its name with a slash: {@code -} and {@code .} come before the slash, so {@code a-b} precedes
 * {@code a/b} and the order of plain names would be wrong.
 */
final class ObjectListing extends Spliterators.AbstractSpliterator<StoredObject> {

    private static final Comparator<Disk.Entry> KEY_ORDER =
            Comparator.comparing(entry -> entry.isDirectory() ? entry.name() + "/" : entry.name());

    /**
     * A folder being walked.
     *
     * @param prefix what precedes an entry's name in its key: empty, or ending in a slash
     */
    private record Level(Path folder, String prefix, Iterator<Disk.Entry> entries) {}

    private final Disk disk;
    private final DiskProblems problems;
    private final String after;
    private final Deque<Level> levels = new ArrayDeque<>();

    private ObjectListing(Disk disk, DiskProblems problems, String after) {
        super(Long.MAX_VALUE, Spliterator.DISTINCT | Spliterator.NONNULL | Spliterator.ORDERED);
        this.disk = disk;
        this.problems = problems;
        this.after = after;
    }

    /** @param after keys up to this one are left out; empty for none */
    static Stream<StoredObject> beneath(Disk disk, DiskProblems problems, Path folder, String prefix, String after) {
        var listing = new ObjectListing(disk, problems, after);
        listing.enter(folder, prefix);
        return StreamSupport.stream(listing, false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super StoredObject> action) {
        while (!levels.isEmpty()) {
            var level = levels.element();
            if (!level.entries().hasNext()) {
                levels.pop();
                continue;
            }
            var entry = level.entries().next();
            var key = level.prefix() + entry.name();
            if (entry.isDirectory()) {
                enter(level.folder().resolve(entry.name()), key + "/");
            } else {
                action.accept(new StoredObject(new ObjectKey(key), entry.size(), entry.modified()));
                return true;
            }
        }
        return false;
    }

    private void enter(Path folder, String prefix) {
        var entries = problems
                .attempt(
                        "list folder '" + folder + "'",
                        () -> disk.list(folder, name -> mayFollow(prefix + name) && ObjectKey.isValid(prefix + name)))
                .stream()
                .filter(entry -> entry.isDirectory() || (prefix + entry.name()).compareTo(after) > 0)
                .sorted(KEY_ORDER)
                .iterator();
        levels.push(new Level(folder, prefix, entries));
    }

    /** Whether this key, or one beneath it if it is a folder, may come after {@link #after}. */
    private boolean mayFollow(String key) {
        return key.compareTo(after) > 0 || after.startsWith(key + "/") || (key + "/").compareTo(after) > 0;
    }
}
