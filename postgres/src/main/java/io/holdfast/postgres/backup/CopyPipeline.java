package io.holdfast.postgres.backup;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.pack.PackWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Copies a tree into packs: the calling thread walks, copiers copy. Memory is bounded by the number of jobs, whatever the
 * size of the cluster.
 */
final class CopyPipeline {

    /** Frames of a large file in one task: enough to read ahead well, little enough to share a file out. A part of a map's. */
    private static final int FRAMES_IN_TASK = 128;

    private final Repository repository;
    private final BackupId backup;
    private final CopySettings settings;
    private final FilePlanner planner;
    private final KnownPages known;
    private final CopyTally tally;
    private final TaskQueue<CopyTask> tasks;

    CopyPipeline(
            Repository repository,
            BackupId backup,
            CopySettings settings,
            FilePlanner planner,
            KnownPages known,
            CopyTally tally) {
        this.repository = repository;
        this.backup = backup;
        this.settings = settings;
        this.planner = planner;
        this.known = known;
        this.tally = tally;
        this.tasks = new TaskQueue<>(settings.jobs() * 2);
    }

    /** The lists of the catalogue's pages; everything that they reach is durable. */
    List<FrameReference> copy(SourceTree tree, Heartbeat heartbeat) throws InterruptedException {
        var dataNames = names(PackId.Kind.DATA);
        try (var catalogue = new CatalogueWriter(new PackWriter(repository.objects(), names(PackId.Kind.MAP)), known)) {
            var workers = new ArrayList<Thread>();
            for (int i = 0; i < settings.jobs(); i++) {
                workers.add(Thread.ofPlatform()
                        .name("copier-" + (i + 1))
                        .start(() -> work(catalogue, new PackWriter(repository.objects(), dataNames))));
            }
            try {
                walk(tree, new Distributor(catalogue, heartbeat));
            } catch (RuntimeException e) {
                tasks.fail(e);
            } catch (InterruptedException e) {
                tasks.fail(e);
                throw e;
            } finally {
                tasks.close();
                if (tasks.failure().isPresent()) {
                    workers.forEach(Thread::interrupt);
                }
                join(workers);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            tasks.failure().ifPresent(CopyPipeline::rethrow);
            var pages = catalogue.finish();
            tally.stored(catalogue.storedBytes());
            tally.catalogued(catalogue.files(), catalogue.fileBytes());
            return pages;
        }
    }

    private static void join(List<Thread> workers) {
        boolean interrupted = false;
        for (var worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                    workers.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Supplier<PackId> names(PackId.Kind kind) {
        var number = new AtomicInteger();
        return () -> new PackId(backup, kind, number.incrementAndGet());
    }

    private void work(CatalogueWriter catalogue, PackWriter packs) {
        var parent = new PackReader(repository.objects());
        try (var copier =
                new Copier(settings, catalogue, packs, parent, repository.sameness(settings.samenessEpoch()), tally)) {
            for (var task = tasks.take(); task.isPresent(); task = tasks.take()) {
                copier.copy(task.get());
            }
            if (tasks.failure().isEmpty()) {
                copier.finish();
            }
        } catch (Throwable problem) {
            // Whatever it is, errors of the JVM included, the walk must not wait for this worker.
            tasks.fail(problem);
        }
    }

    private static void rethrow(Throwable problem) {
        switch (problem) {
            case HoldfastException known -> throw known;
            case RuntimeException surprise -> throw surprise;
            case Error error -> throw error;
            default -> throw new IllegalStateException(problem);
        }
    }

    private static void walk(SourceTree tree, Distributor distributor) throws InterruptedException {
        try {
            tree.walk(distributor);
            distributor.flush();
        } catch (StoppedException _) {
            // A worker has failed; its problem is the one to report.
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Leaves the walk when a worker has failed. */
    private static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        StoppedException() {
            super(null, null, false, false);
        }
    }

    /** Makes tasks of what the walk finds. */
    private final class Distributor implements SourceTree.Visitor {

        private final CatalogueWriter catalogue;
        private final Heartbeat heartbeat;
        private final List<CopyTask.SmallFile> small = new ArrayList<>();
        private long smallBytes;

        Distributor(CatalogueWriter catalogue, Heartbeat heartbeat) {
            this.catalogue = catalogue;
            this.heartbeat = heartbeat;
        }

        @Override
        public void entry(FileEntry entry) {
            catalogue.next(entry.path()).fill(entry);
        }

        @Override
        public void file(SourceFile file) {
            var slot = catalogue.next(file.path());
            switch (planner.plan(file)) {
                case FilePlan.Keep(var content) -> {
                    tally.spared(file.size());
                    slot.fill(file.entry(file.size(), content));
                }
                case FilePlan.Patch patch -> {
                    tally.spared(file.size() - (long) patch.changed().cardinality() * settings.pageSize());
                    put(new CopyTask.Blocks(file, patch, slot));
                }
                case FilePlan.Whole whole -> {
                    if (file.size() <= settings.smallFile()) {
                        small(file, whole, slot);
                    } else {
                        large(file, whole, slot);
                    }
                }
            }
        }

        private void small(SourceFile file, FilePlan.Whole plan, CatalogueWriter.Slot slot) {
            if (smallBytes + file.size() > settings.frameSize() || small.size() >= 256) {
                flush();
            }
            small.add(new CopyTask.SmallFile(file, plan, slot));
            smallBytes += file.size();
        }

        private void large(SourceFile file, FilePlan.Whole plan, CatalogueWriter.Slot slot) {
            int frames = Math.toIntExact(Math.ceilDiv(file.size(), settings.frameSize()));
            int count = Math.ceilDiv(frames, FRAMES_IN_TASK);
            var shared = new LargeFile(file, plan, slot, frames, count);
            for (int first = 0; first < frames; first += FRAMES_IN_TASK) {
                put(new CopyTask.Frames(shared, first, Math.min(FRAMES_IN_TASK, frames - first)));
            }
        }

        void flush() {
            if (!small.isEmpty()) {
                put(new CopyTask.Small(small));
                small.clear();
                smallBytes = 0;
            }
        }

        private void put(CopyTask task) {
            heartbeat.beat();
            try {
                if (!tasks.put(task)) {
                    throw new StoppedException();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }
    }
}
