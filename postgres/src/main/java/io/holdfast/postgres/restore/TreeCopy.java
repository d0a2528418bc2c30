package io.holdfast.postgres.restore;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredMap;
import io.holdfast.repository.pack.PackReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Makes the tree of a backup in its place: the calling thread makes names in path order, copiers fill files. Memory is bounded by the
 * number of copiers, whatever the size of the cluster.
 */
final class TreeCopy {

    /** Extents of a large file in one task: 16 MiB at the usual frame size. */
    private static final int EXTENTS_IN_TASK = 64;

    private static final int OVERLAYS_IN_TASK = 64;
    private static final int SMALL_FILES_IN_TASK = 128;
    private static final int SMALL_BYTES_IN_TASK = 4 * 1024 * 1024;

    private final Repository repository;
    private final Placement placement;
    private final TargetTree tree;
    private final PlaceClaims claims;
    private final CopyTally tally;
    private final List<FileParts> small = new ArrayList<>();
    private long smallBytes;

    TreeCopy(Repository repository, Placement placement, PlaceClaims claims, TargetTree tree, CopyTally tally) {
        this.repository = repository;
        this.placement = placement;
        this.claims = claims;
        this.tree = tree;
        this.tally = tally;
    }

    void copy(Manifest manifest, int jobs) throws InterruptedException {
        long span = (long) manifest.frameSize() * FrameMap.MOST_EXTENTS;
        try (var workers = new CopyWorkers(jobs, () -> new PartCopier(repository, manifest.samenessEpoch(), tally));
                var maps = new PackReader(repository.objects());
                var entries = repository.manifests().entries(manifest)) {
            for (Iterator<FileEntry> next = entries.iterator(); next.hasNext(); ) {
                make(next.next(), span, workers, maps);
            }
            flush(workers);
            workers.finish();
            tree.finish();
        }
    }

    /** @param span bytes of a file that one map describes */
    private void make(FileEntry entry, long span, CopyWorkers workers, PackReader maps) throws InterruptedException {
        if (!claims.admits(entry.path())) {
            return;
        }
        var path = placement.of(entry.path());
        switch (entry) {
            case FileEntry.Folder folder -> tree.folder(path, folder.mode());
            case FileEntry.Link link -> tree.link(path, Placement.target(link.target()));
            case FileEntry.File file -> {
                boolean existed = tree.file(path, file.mode(), file.size());
                tally.file();
                content(path, file, existed, span, workers, maps);
            }
        }
    }

    private void content(
            Path path, FileEntry.File file, boolean existed, long span, CopyWorkers workers, PackReader maps)
            throws InterruptedException {
        switch (file.content()) {
            case Content.Empty _ -> {}
            case Content.Single single -> {
                if (small.size() >= SMALL_FILES_IN_TASK || smallBytes >= SMALL_BYTES_IN_TASK) {
                    flush(workers);
                }
                small.add(FileParts.Run.of(path, single.extent(), existed));
                smallBytes += file.size();
            }
            case Content.Mapped mapped -> {
                for (int i = 0; i < mapped.maps().size(); i++) {
                    var map = StoredMap.read(maps, mapped.maps().get(i)).map();
                    large(path, i * span, map, existed, workers);
                }
            }
        }
    }

    private static void large(Path path, long start, FrameMap map, boolean existed, CopyWorkers workers)
            throws InterruptedException {
        var overlaid = map.overlaid();
        int blockSize = map.blockSize();
        long within = 0;
        for (var extents : chunks(map.extents(), EXTENTS_IN_TASK)) {
            long end = within + extents.stream().mapToLong(Extent::length).sum();
            var blocks = overlaid.get(
                    Math.toIntExact(within / blockSize), Math.toIntExact(Math.ceilDiv(end, (long) blockSize)));
            workers.submit(List.of(new FileParts.Run(path, start + within, extents, blocks, blockSize, existed)));
            within = end;
        }
        for (var overlays : chunks(map.overlays(), OVERLAYS_IN_TASK)) {
            workers.submit(List.of(new FileParts.Blocks(path, start, overlays, blockSize, existed)));
        }
    }

    private static <T> List<List<T>> chunks(List<T> all, int size) {
        var chunks = new ArrayList<List<T>>();
        for (int first = 0; first < all.size(); first += size) {
            chunks.add(all.subList(first, Math.min(first + size, all.size())));
        }
        return chunks;
    }

    private void flush(CopyWorkers workers) throws InterruptedException {
        if (!small.isEmpty()) {
            workers.submit(List.copyOf(small));
            small.clear();
            smallBytes = 0;
        }
    }
}
