package io.holdfast.postgres.backup;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.StoredPage;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.SamenessHash;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The parent's catalogue of files, read along with the walk: one page in memory at a time. What was passed is remembered as far
 * as it takes to find a page that is still the same: forty bytes each. {@link #file} is confined to one thread, {@link #find} is not.
 */
final class ParentCatalogue implements KnownPages, AutoCloseable {

    private final Stream<StoredPage> stream;
    private final Iterator<StoredPage> pages;
    private final SamenessHash passing;
    private final SamenessHash finding;
    private final Map<ContentHash, FrameReference> known = new ConcurrentHashMap<>();
    private final ParentDamage damage;
    private boolean readable = true;
    private Iterator<FileEntry> entries = List.<FileEntry>of().iterator();
    private Optional<FileEntry> ahead = Optional.empty();

    /** @param damage told when a part of the catalogue cannot be read: the files of that part, and of all that follow, are new then */
    ParentCatalogue(Repository repository, ParentBackup parent, ParentDamage damage) {
        this.damage = damage;
        stream = repository.manifests().pages(parent.manifest());
        pages = stream.iterator();
        passing = repository.sameness(parent.manifest().samenessEpoch());
        finding = repository.sameness(parent.manifest().samenessEpoch());
    }

    /** A regular file of this path. Paths are asked for in ascending order. */
    Optional<FileEntry.File> file(FilePath path) {
        while (peek().filter(entry -> entry.path().compareTo(path) < 0).isPresent()) {
            ahead = Optional.empty();
        }
        return peek().filter(entry -> entry.path().equals(path))
                .flatMap(entry -> entry instanceof FileEntry.File file ? Optional.of(file) : Optional.empty());
    }

    private Optional<FileEntry> peek() {
        while (ahead.isEmpty()) {
            if (entries.hasNext()) {
                ahead = Optional.of(entries.next());
                continue;
            }
            var next = nextPage();
            if (next.isPresent()) {
                var page = next.get();
                var encoded = page.encoded().toArray();
                known.put(passing.of(encoded, 0, encoded.length), page.reference());
                entries = page.page().entries().iterator();
            } else {
                return Optional.empty();
            }
        }
        return ahead;
    }

    private Optional<StoredPage> nextPage() {
        if (!readable) {
            return Optional.empty();
        }
        readable = false; // unless it goes well
        var next =
                damage.unlessDamaged(() -> pages.hasNext() ? Optional.of(pages.next()) : Optional.<StoredPage>empty());
        readable = next.isPresent();
        return next;
    }

    @Override
    public Optional<FrameReference> find(byte[] encoded) {
        ContentHash hash;
        synchronized (finding) {
            hash = finding.of(encoded, 0, encoded.length);
        }
        return Optional.ofNullable(known.get(hash));
    }

    @Override
    public void close() {
        stream.close();
    }
}
