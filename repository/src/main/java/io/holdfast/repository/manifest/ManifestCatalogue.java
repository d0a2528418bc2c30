package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.frame.Reading;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The manifests of a repository: listing, reading, and the one act that commits a backup. Thread-safe. */
public final class ManifestCatalogue {

    private static final ObjectKey FOLDER = ObjectKey.of("manifest");

    private final ObjectStore store;
    private final SealedObjects objects;

    public ManifestCatalogue(ObjectStore store, SealedObjects objects) {
        this.store = store;
        this.objects = objects;
    }

    /** The names of all manifests, in their order; {@link #find} tells whether one counts. */
    public List<BackupId> ids() {
        return listed().stream().map(ManifestCatalogue::id).toList();
    }

    private List<StoredObject> listed() {
        try (var found = store.list(FOLDER)) {
            return found.filter(ManifestCatalogue::isOne).toList();
        }
    }

    private static boolean isOne(StoredObject object) {
        var name = object.key().text().substring(FOLDER.text().length() + 1);
        return BackupId.isValid(name);
    }

    private static BackupId id(StoredObject manifest) {
        return new BackupId(manifest.key().name());
    }

    public Manifest read(BackupId id) {
        Manifest manifest;
        try {
            manifest = objects.readDocument(id.manifestKey(), Manifest.class);
        } catch (MalformedEncodingException e) {
            // What a newer version has made may look like damage, and is not.
            var version = objects.readDocument(id.manifestKey(), JsonNode.class).path("version");
            if (version.isIntegralNumber()) {
                requireKnown(id, version.asLong());
            }
            throw e;
        }
        requireKnown(id, manifest.version());
        return manifest;
    }

    private static void requireKnown(BackupId id, long version) {
        if (version != Manifest.VERSION) {
            throw new NewerFormatException("the manifest of backup " + id, version, Manifest.VERSION);
        }
    }

    /** Every manifest that counts and can be read, in the order of their names. Several are read at once: there may be thousands. */
    public List<Manifest> readAll() {
        return stored().stream()
                .filter(found -> !found.isVoid())
                .map(StoredManifest::manifest)
                .toList();
    }

    /** Of the backups that count the last that was begun of the newest generation. */
    public Optional<Manifest> newest() {
        return readAll().stream()
                .max(Comparator.comparingInt(Manifest::generation).thenComparing(Manifest::begun));
    }

    /** Every manifest that can be read, also those that do not count. */
    public List<StoredManifest> stored() {
        return look().stored();
    }

    /**
     * All manifests.
     *
     * @param unreadable those of damaged backups, or of none at all
     */
    public record Found(List<StoredManifest> stored, List<Unreadable> unreadable) {
        public Found {
            stored = List.copyOf(stored);
            unreadable = List.copyOf(unreadable);
        }
    }

    /** Every manifest. One that has gone since it was listed is left out. */
    public Found look() {
        var read = listed().parallelStream()
                .flatMap(object -> attempt(object).stream())
                .toList();
        return new Found(
                read.stream().flatMap(found -> found.content().stream()).toList(),
                read.stream().flatMap(found -> found.unreadable().stream()).toList());
    }

    private Optional<Reading<StoredManifest>> attempt(StoredObject object) {
        var id = id(object);
        try {
            return Optional.of(
                    objects.attempt(object.key(), () -> read(id)).then(manifest -> judge(manifest, object.stored())));
        } catch (ObjectMissingException _) {
            return Optional.empty();
        }
    }

    /** A late manifest whose note cannot be read may be one that counts: nobody may take it for void. */
    private Reading<StoredManifest> judge(Manifest manifest, Instant stored) {
        if (!StoredManifest.isLate(manifest, stored)) {
            return new Reading.Sound<>(new StoredManifest(manifest, stored, false));
        }
        var unreadable = Optional.<Unreadable>empty();
        for (var note : notes(manifest.id(), stored)) {
            var reading = readNote(note.key());
            if (reading.flatMap(Reading::content)
                    .filter(found -> found.provesWhole(manifest.id(), note.stored()))
                    .isPresent()) {
                return new Reading.Sound<>(new StoredManifest(manifest, stored, true));
            }
            unreadable = unreadable.or(() -> reading.flatMap(Reading::unreadable));
        }
        return unreadable
                .<Reading<StoredManifest>>map(Reading.Unsound::new)
                .orElseGet(() -> new Reading.Sound<>(new StoredManifest(manifest, stored, false)));
    }

    /** Those that were stored no later than a manifest, and not long before. */
    private List<StoredObject> notes(BackupId id, Instant manifestStored) {
        try (var found = store.list(id.folder(), CopyNote.before(id))) {
            return found.takeWhile(object -> CopyNote.mayBeAmong(object.key(), id))
                    .filter(object -> CopyNote.isOne(object.key())
                            && !object.stored().isAfter(manifestStored)
                            && !manifestStored.isAfter(object.stored().plus(CopyNote.LIFE)))
                    .toList();
        }
    }

    private Optional<Reading<CopyNote>> readNote(ObjectKey key) {
        try {
            return Optional.of(objects.attempt(key, () -> objects.readDocument(key, CopyNote.class, CopyNote.VERSION)));
        } catch (ObjectMissingException _) {
            return Optional.empty();
        }
    }

    /** The manifest of a backup that can be restored; empty if it is not there, does not count, or cannot be read. */
    public Optional<Manifest> find(BackupId id) {
        return store.find(id.manifestKey())
                .flatMap(this::attempt)
                .flatMap(Reading::content)
                .filter(found -> !found.isVoid())
                .map(StoredManifest::manifest);
    }

    /**
     * Commits a backup. Everything that the manifest reaches must be durable.
     *
     * @throws VoidManifestException if it came too late: the backup does not count
     */
    public void commit(Manifest manifest) {
        objects.createDocument(manifest.id().manifestKey(), manifest);
        requireCounts(manifest);
    }

    /**
     * Looks at what was just stored.
     *
     * @throws VoidManifestException if it came too late: the backup does not count
     */
    public void requireCounts(Manifest manifest) {
        // What cannot be read now is damaged, not void.
        boolean counts = store.find(manifest.id().manifestKey())
                .filter(object -> judge(read(manifest.id()), object.stored())
                        .content()
                        .filter(found -> !found.isVoid())
                        .isPresent())
                .isPresent();
        if (!counts) {
            throw new VoidManifestException(manifest);
        }
    }

    /** The file entries of a backup in path order, one page in memory at a time. Close the stream. */
    public Stream<FileEntry> entries(Manifest manifest) {
        return pages(manifest).flatMap(page -> page.page().entries().stream());
    }

    /** The pages of a backup in path order, one in memory at a time. Close the stream. */
    public Stream<StoredPage> pages(Manifest manifest) {
        var packs = new PackReader(objects);
        return manifest.catalogue().stream()
                .flatMap(list -> PageList.decode(packs.read(list)).pages().stream())
                .map(page -> StoredPage.of(page, packs.read(page)))
                .onClose(packs::close);
    }
}
