package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.Page;
import io.holdfast.repository.manifest.PageList;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gathers file entries into pages. The walk opens a slot for each path, in path order; copiers fill slots in any order;
 * a page is written, and forgotten, as soon as its slots are filled, so memory is that of the pages in progress.
 * Thread-safe.
 */
final class CatalogueWriter implements AutoCloseable {

    private final PackWriter packs;
    private final KnownPages known;
    private final List<@Nullable FrameReference> pages = new ArrayList<>();
    private Draft draft;
    private long files;
    private long fileBytes;

    /** @param known pages that are stored already */
    CatalogueWriter(PackWriter packs, KnownPages known) {
        this.packs = packs;
        this.known = known;
        this.draft = newDraft();
    }

    /** A place in a page, to be filled or dropped exactly once. */
    final class Slot {

        private final Draft page;
        private final int index;

        private Slot(Draft page, int index) {
            this.page = page;
            this.index = index;
        }

        void fill(FileEntry entry) {
            synchronized (CatalogueWriter.this) {
                page.entries.set(index, entry);
                if (entry instanceof FileEntry.File file) {
                    files++;
                    fileBytes += file.size();
                }
                settle(page);
            }
        }

        /** The file has vanished: it is in no page. */
        void drop() {
            synchronized (CatalogueWriter.this) {
                settle(page);
            }
        }
    }

    private static final class Draft {

        private final int number;
        private final List<@Nullable FileEntry> entries = new ArrayList<>();
        private int open;
        private int pathBytes;
        private boolean complete;

        private Draft(int number) {
            this.number = number;
        }
    }

    synchronized Slot next(FilePath path) {
        var slot = new Slot(draft, draft.entries.size());
        draft.entries.add(null);
        draft.open++;
        draft.pathBytes += path.text().length();
        if (Page.endsAfter(path)
                || draft.entries.size() == Page.MOST_ENTRIES
                || draft.pathBytes >= Page.MOST_PATH_BYTES) {
            draft.complete = true;
            draft = newDraft();
        }
        return slot;
    }

    /** Stores a frame map. */
    synchronized FrameReference store(byte[] map) {
        return packs.append(map, 0, map.length);
    }

    /** Writes what is left, and where the pages are. Every slot must have been filled or dropped. */
    synchronized List<FrameReference> finish() {
        draft.complete = true;
        writeIfSettled(draft);
        // A page all of whose files have vanished was not written.
        var written = pages.stream()
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        var lists = new ArrayList<FrameReference>();
        for (int first = 0; first < written.size(); first += PageList.MOST_PAGES) {
            var list = written.subList(first, Math.min(first + PageList.MOST_PAGES, written.size()));
            var encoded = new PageList(list).encode();
            lists.add(packs.append(encoded, 0, encoded.length));
        }
        packs.finish();
        return lists;
    }

    /** How many regular files there are. */
    synchronized long files() {
        return files;
    }

    synchronized long fileBytes() {
        return fileBytes;
    }

    synchronized long storedBytes() {
        return packs.storedBytes();
    }

    private void settle(Draft page) {
        page.open--;
        writeIfSettled(page);
    }

    private void writeIfSettled(Draft page) {
        if (!page.complete || page.open > 0) {
            return;
        }
        var entries = page.entries.stream()
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        if (!entries.isEmpty()) {
            var encoded = new Page(entries).encode();
            pages.set(page.number, known.find(encoded).orElseGet(() -> packs.append(encoded, 0, encoded.length)));
        }
    }

    private Draft newDraft() {
        pages.add(null);
        return new Draft(pages.size() - 1);
    }

    @Override
    public synchronized void close() {
        packs.close();
    }
}
