package io.holdfast.postgres.restore;

import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Manifest;
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

    private static final int SMALL_FILES_IN_TASK = 128;
    private static final int SMALL_BYTES_IN_TASK = 4 * 1024 * 1024;

    private final Repository repository;
    private final Placement placement;
    private final TargetTree tree;
    private final CopyTally tally;
    private final List<FileParts> small = new ArrayList<>();
    private long smallBytes;

    TreeCopy(Repository repository, Placement placement, TargetTree tree, CopyTally tally) {
        this.repository = repository;
        this.placement = placement;
        this.tree = tree;
        this.tally = tally;
    }

    void copy(Manifest manifest, int jobs) throws InterruptedException {
        try (var workers = new CopyWorkers(jobs, () -> new PartCopier(repository, tally));
                var maps = new PackReader(repository.objects());
                var entries = repository.manifests().entries(manifest)) {
            for (Iterator<FileEntry> next = entries.iterator(); next.hasNext(); ) {
                make(next.next(), workers, maps);
            }
            flush(workers);
            workers.finish();
            tree.finish();
        }
    }

    private void make(FileEntry entry, CopyWorkers workers, PackReader maps) throws InterruptedException {
        var path = placement.of(entry.path());
        switch (entry) {
            case FileEntry.Folder folder -> tree.folder(path, folder.mode());
            case FileEntry.Link link -> tree.link(path, Path.of(Placement.text(link.target())));
            case FileEntry.File file -> {
                boolean existed = tree.file(path, file.mode(), file.size());
                tally.file();
                content(path, file, existed, workers, maps);
            }
        }
    }

    private void content(Path path, FileEntry.File file, boolean existed, CopyWorkers workers, PackReader maps)
            throws InterruptedException {
        switch (file.content()) {
            case Content.Empty _ -> {}
            case Content.Single single -> {
                if (small.size() >= SMALL_FILES_IN_TASK || smallBytes >= SMALL_BYTES_IN_TASK) {
                    flush(workers);
                }
                small.add(new FileParts(path, 0, List.of(single.extent()), List.of(), 0, existed));
                smallBytes += file.size();
            }
            case Content.Mapped mapped -> large(path, FrameMap.decode(maps.read(mapped.map())), existed, workers);
        }
    }

    private static void large(Path path, FrameMap map, boolean existed, CopyWorkers workers)
            throws InterruptedException {
        if (!map.overlays().isEmpty()) {
            workers.submit(List.of(new FileParts(path, 0, map.extents(), map.overlays(), map.blockSize(), existed)));
            return;
        }
        long offset = 0;
        for (int first = 0; first < map.extents().size(); first += EXTENTS_IN_TASK) {
            var part = map.extents()
                    .subList(
                            first,
                            Math.min(first + EXTENTS_IN_TASK, map.extents().size()));
            workers.submit(List.of(new FileParts(path, offset, part, List.of(), map.blockSize(), existed)));
            offset += part.stream().mapToLong(Extent::length).sum();
        }
    }

    private void flush(CopyWorkers workers) throws InterruptedException {
        if (!small.isEmpty()) {
            workers.submit(List.copyOf(small));
            small.clear();
            smallBytes = 0;
        }
    }
}
