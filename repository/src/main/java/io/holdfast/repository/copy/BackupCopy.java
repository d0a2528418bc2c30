package io.holdfast.repository.copy;

import io.holdfast.repository.Repository;
import io.holdfast.repository.lock.BackupLocks;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.removal.Intents;
import io.holdfast.repository.removal.OpenCopy;
import io.holdfast.repository.removal.Reach;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Copies backups into another store in the order of section 18: the note that keeps what they need there, packs, WAL, and last the manifest.
 * May be stopped anywhere and begun again. Confined to one thread.
 */
public final class BackupCopy {

    /** What a keeper there must not be about to remove; of the rest it knows that nothing there needs it yet. */
    private static final Pattern HEEDED = Pattern.compile("backup/.+|claim/.+/(wal|segment)/.+");

    /** Looks for what took the place of what has gone. */
    private static final int MOST_ROUNDS = 10;

    private static final Pattern COMPARED = Pattern.compile("claim/[^/]+/[^/]+/claim");

    private final Repository source;
    private final Repository target;
    private final Settings settings;
    private final CopyProgress progress;
    private final ObjectCopier copier;

    /**
     * How it is done.
     *
     * @param by who copies, for people
     * @param jobs packs that are copied at once
     */
    public record Settings(String by, int jobs) {}

    private volatile boolean canceled;

    /**
     * Copies nothing yet.
     *
     * @param target as {@link CopyTarget#open} has opened it
     */
    public BackupCopy(Repository source, Repository target, Settings settings, CopyProgress progress) {
        this.source = source;
        this.target = target;
        this.settings = settings;
        this.progress = progress;
        this.copier = new ObjectCopier(source, target.store(), progress);
    }

    /** Lets what runs end after the object at hand, with what it holds released. May be called by any thread. */
    public void cancel() {
        canceled = true;
    }

    /**
     * What was done.
     *
     * @param wasThere whether the backup counted in the target before
     * @param objects that were copied
     * @param present objects that it needs and that were there
     */
    public record Result(BackupId backup, boolean wasThere, long objects, long bytes, long present) {}

    /**
     * Copies a backup and its WAL, as far as they are not there.
     *
     * @throws CopyException if something is not there, damaged, or not the same in the target
     * @throws io.holdfast.repository.removal.RemovalException if what it needs is about to be removed from the target
     */
    public Result copy(BackupId id, CopiedWal wal) {
        var there = wasThere(id, wal);
        if (there.isPresent()) {
            return there.get();
        }
        try (var reading = HeldCopy.reading(source, id, wal.held(), settings.by(), progress)) {
            // After the hold: what was there then stays.
            return new OfBackup(find(id), wal, Optional.of(reading)).run();
        }
    }

    private static boolean isHeeded(ObjectKey key) {
        return HEEDED.matcher(key.text()).matches();
    }

    private static Set<ObjectKey> heeded(Set<ObjectKey> keys) {
        return keys.stream().filter(BackupCopy::isHeeded).collect(Collectors.toSet());
    }

    private Manifest find(BackupId id) {
        return source.manifests().find(id).orElseThrow(() -> CopyException.noBackup(id));
    }

    /** Where nothing is to be copied, nothing is written, neither here nor there. */
    private Optional<Result> wasThere(BackupId id, CopiedWal wal) {
        if (target.store().find(id.manifestKey()).isEmpty()) {
            return Optional.empty();
        }
        var backup = new OfBackup(find(id), wal, Optional.empty());
        return backup.isThere() && backup.copying.look().missing().isEmpty()
                ? Optional.of(backup.result(true))
                : Optional.empty();
    }

    /** What was copied beside backups. */
    public record More(long objects, long bytes) {}

    /**
     * Copies WAL beside that of backups, as far as it is not there. Nothing is held for it: what a keeper removes meanwhile, here or there, the
     * policy of that place does not want.
     */
    public More copyWal(CopiedWal wal) {
        var copying = new Copying(List.of(), wal, Optional.empty());
        copying.copyAll("WAL", Optional.empty(), Optional.empty());
        return new More(copying.objects, copying.bytes.get());
    }

    /**
     * Copies documents that nobody removes, in the order of their names.
     *
     * @return how many were not there
     */
    public long copyRecords(List<ObjectKey> folders) {
        long copied = 0;
        for (var folder : folders) {
            List<ObjectKey> keys;
            try (var objects = source.store().list(folder)) {
                keys = objects.map(StoredObject::key).toList();
            }
            var there = Presence.of(target.store(), keys);
            for (var key : keys) {
                if (!there.containsKey(key) && copyRecord(key)) {
                    copied++;
                }
            }
        }
        return copied;
    }

    private boolean copyRecord(ObjectKey key) {
        try {
            copier.copy(key);
            return true;
        } catch (CopyException e) {
            if (!e.isDamage()) {
                throw e;
            }
            progress.remark(String.valueOf(e.getMessage()), e.hint());
            return false;
        }
    }

    /** One backup. */
    private final class OfBackup {

        private final Manifest manifest;
        private final CopiedWal wal;
        private final Copying copying;

        OfBackup(Manifest manifest, CopiedWal wal, Optional<HeldCopy> reading) {
            this.manifest = manifest;
            this.wal = wal;
            var reach = new Reach(source.objects());
            reach.add(manifest);
            var packs = reach.packs().stream().map(PackId::key).sorted().toList();
            this.copying = new Copying(packs, wal, reading);
        }

        Result run() {
            var id = manifest.id();
            var what = "backup " + id;
            boolean isThere = isThere();
            if (isThere) {
                copying.copyAll(what, Optional.empty(), Optional.empty());
            } else {
                var open = new Intents(target).openCopy(id, copying.sources(), settings.by());
                try (var writing = HeldCopy.writing(target, wal.held(), settings.by())) {
                    var needs = copying.copyAll(what, Optional.of(open), Optional.of(writing));
                    open.whole();
                    BackupLocks.of(target).ifPresent(locks -> locks.protect(manifest, () -> needs));
                    open.requireNothingCondemned(heeded(needs));
                    copier.copy(id.manifestKey());
                    target.manifests().requireCounts(manifest);
                }
            }
            return result(isThere);
        }

        private Result result(boolean isThere) {
            return new Result(manifest.id(), isThere, copying.objects, copying.bytes.get(), copying.present);
        }

        private boolean isThere() {
            var key = manifest.id().manifestKey();
            if (target.store().find(key).isEmpty()) {
                return false;
            }
            copier.requireSame(key);
            if (target.manifests().find(manifest.id()).isEmpty()) {
                throw CopyException.voidThere(manifest.id(), target.store().location());
            }
            return true;
        }
    }

    /** Packs and WAL that are copied together. */
    private final class Copying {

        private final List<ObjectKey> packs;
        private final CopiedWal wal;
        private final Optional<HeldCopy> reading;
        private long objects;
        private long present;
        private final AtomicLong bytes = new AtomicLong();
        private final List<ObjectKey> vanished = new ArrayList<>();

        /** Those of which it is known, by this process, that they are whole in the target. */
        private final Set<ObjectKey> sound = ConcurrentHashMap.newKeySet();

        /** Damaged here, and not what a restore cannot do without. */
        private final Set<ObjectKey> leftOut = ConcurrentHashMap.newKeySet();

        /** @param packs in order */
        Copying(List<ObjectKey> packs, CopiedWal wal, Optional<HeldCopy> reading) {
            this.packs = packs;
            this.wal = wal;
            this.reading = reading;
        }

        /** The backups that wrote the packs. */
        Set<BackupId> sources() {
            return packs.stream()
                    .map(key -> new BackupId(key.text().split("/", 3)[1]))
                    .collect(Collectors.toSet());
        }

        /**
         * What there is at one moment.
         *
         * @param needs all that is needed
         * @param missing of it in the target, in the order in which it is copied
         */
        private record Look(
                Set<ObjectKey> needs,
                List<ObjectKey> missing,
                Map<ObjectKey, StoredObject> here,
                Map<ObjectKey, StoredObject> there) {}

        private Look look() {
            var walNow = wal.objects();
            var needs = new TreeSet<>(packs);
            needs.addAll(walNow);
            var there = Presence.of(target.store(), needs);
            var here = Presence.of(source.store(), needs);
            requireSame(here, there);
            present = Math.max(present, there.size() - objects);
            var missing = Stream.concat(packs.stream(), walNow.stream())
                    .filter(key -> !there.containsKey(key) && !leftOut.contains(key))
                    .distinct()
                    .toList();
            return new Look(needs, missing, here, there);
        }

        /** All that is needed, which is there then. WAL pieces become segments meanwhile: what has gone is looked for once more. */
        Set<ObjectKey> copyAll(String what, Optional<OpenCopy> open, Optional<HeldCopy> writing) {
            for (int round = 0; round < MOST_ROUNDS; round++) {
                var look = look();
                open.ifPresent(copy -> {
                    copy.requireStays(look.there().values().stream()
                            .filter(object -> isHeeded(object.key()))
                            .toList());
                    requireSound(look.there().keySet());
                });
                vanished.clear();
                if (!look.missing().isEmpty()) {
                    progress.expected(what, look.missing().size(), bytes(look.missing(), look.here()));
                }
                eachOf(look.missing().stream().filter(this::isPack).toList(), this::copy, open, writing);
                look.missing().stream().filter(key -> !isPack(key)).forEach(key -> {
                    copy(key);
                    stay(open, writing);
                });
                if (vanished.isEmpty()) {
                    return look.needs();
                }
            }
            throw CopyException.keepsVanishing(
                    vanished.getLast(), source.store().location());
        }

        /** What was there before may be of an interrupted copy, or a stranger's. */
        private void requireSound(Set<ObjectKey> there) {
            var unknown = there.stream().filter(key -> !sound.contains(key)).toList();
            eachOf(
                    unknown,
                    key -> {
                        ObjectCopier.requireSound(target, key);
                        sound.add(key);
                    },
                    Optional.empty(),
                    Optional.empty());
        }

        private boolean isPack(ObjectKey key) {
            return Collections.binarySearch(packs, key) >= 0;
        }

        private long bytes(List<ObjectKey> keys, Map<ObjectKey, StoredObject> here) {
            return keys.stream()
                    .mapToLong(key -> here.containsKey(key) ? here.get(key).size() : 0)
                    .sum();
        }

        /** By size, and claims by content: two that differ were written by two that did not know of each other. */
        private void requireSame(Map<ObjectKey, StoredObject> here, Map<ObjectKey, StoredObject> there) {
            there.forEach((key, object) -> {
                var original = here.get(key);
                if (original == null) {
                    return;
                }
                if (original.size() != object.size()) {
                    throw CopyException.differs(key, target.store().location());
                }
                if (COMPARED.matcher(key.text()).matches()) {
                    copier.requireSame(key);
                }
            });
        }

        private void eachOf(
                List<ObjectKey> keys, Consumer<ObjectKey> action, Optional<OpenCopy> open, Optional<HeldCopy> writing) {
            if (settings.jobs() == 1) {
                keys.forEach(key -> {
                    action.accept(key);
                    stay(open, writing);
                });
                return;
            }
            try (var threads = Executors.newFixedThreadPool(
                    settings.jobs(), Thread.ofVirtual().name("copy-", 0).factory())) {
                var copies = new ArrayList<Future<?>>();
                keys.forEach(key -> copies.add(threads.submit(() -> action.accept(key))));
                try {
                    for (var copy : copies) {
                        copy.get();
                        stay(open, writing);
                    }
                } catch (ExecutionException e) {
                    threads.shutdownNow();
                    throw e.getCause() instanceof RuntimeException problem ? problem : new IllegalStateException(e);
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while packs were copied", e);
                } catch (RuntimeException e) {
                    threads.shutdownNow();
                    throw e;
                }
            }
        }

        void copy(ObjectKey key) {
            try {
                bytes.addAndGet(copier.copy(key));
                sound.add(key);
                synchronized (this) {
                    objects++;
                }
            } catch (ObjectMissingException e) {
                if (isPack(key)) {
                    throw CopyException.missing(key, source.store().location());
                }
                // Only WAL, which one thread copies.
                vanished.add(key);
            } catch (CopyException e) {
                if (isPack(key) || !e.isDamage()) {
                    throw e;
                }
                // Another object may hold the same; if none does, the copy is found not to be restorable.
                leftOut.add(key);
                progress.remark(String.valueOf(e.getMessage()), e.hint());
            }
        }

        private void stay(Optional<OpenCopy> open, Optional<HeldCopy> writing) {
            if (canceled) {
                throw CopyException.canceled();
            }
            reading.ifPresent(HeldCopy::renew);
            writing.ifPresent(HeldCopy::renew);
            open.ifPresent(OpenCopy::prolong);
        }
    }
}
