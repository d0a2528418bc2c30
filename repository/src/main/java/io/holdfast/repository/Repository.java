package io.holdfast.repository;

import io.holdfast.repository.document.Json;
import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.frame.UnreadableObjects;
import io.holdfast.repository.key.KeyChanges;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.KeyStore;
import io.holdfast.repository.key.LiveKeys;
import io.holdfast.repository.key.RepositoryId;
import io.holdfast.repository.manifest.ManifestCatalogue;
import io.holdfast.repository.pack.SamenessHash;
import io.holdfast.repository.store.IncompleteStore;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** An open repository: its store, its name and its keys. Thread-safe; closing it closes the store. */
public final class Repository implements AutoCloseable {

    /** Its root, which is read before any key is open. */
    public static final ObjectKey ROOT = ObjectKey.of("repository");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final ObjectStore store;
    private final RepositoryRoot root;
    private final LiveKeys keys;
    private final SealedObjects objects;

    private Repository(ObjectStore store, RepositoryRoot root, LiveKeys keys) {
        this(store, root, keys, new UnreadableObjects());
    }

    private Repository(ObjectStore store, RepositoryRoot root, LiveKeys keys, UnreadableObjects unreadable) {
        this.store = store;
        this.root = root;
        this.keys = keys;
        this.objects = new SealedObjects(store, keys::ring, keys::refresh, new SecureRandom(), unreadable);
    }

    /** Whether a store holds a repository, which can be told without a key. */
    public static boolean existsIn(ObjectStore store) {
        return store.find(ROOT).isPresent();
    }

    /** Refuses a store that holds a repository already. */
    public static void requireNoneIn(ObjectStore store) {
        if (existsIn(store)) {
            throw RepositoryException.alreadyInitialised(store.location());
        }
    }

    /** Refuses what a repository cannot be called. */
    public static void requireValidName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw RepositoryException.invalidName(name);
        }
    }

    /**
     * Makes a repository in an empty store. The wrap of its first data key comes first, the root last: after a crash
     * in between, the next init begins anew and the stray wrap is ignored. If it fails, the store stays open and the
     * caller's.
     */
    public static Repository initialise(
            ObjectStore store, String name, KeyEncryptionKey key, InstantSource time, SecureRandom random) {
        requireValidName(name);
        requireNoneIn(store);
        var now = time.instant().truncatedTo(ChronoUnit.MILLIS);
        var id = new RepositoryId(new UUID(random.nextLong(), random.nextLong()));
        var keys = KeyStore.create(store, id, key, now, random);
        var root = RepositoryRoot.of(keys.first(), name, now);
        try {
            PlainDocuments.create(store, ROOT, root);
        } catch (ObjectExistsException _) {
            throw RepositoryException.alreadyInitialised(store.location());
        }
        return new Repository(store, root, new LiveKeys(store, id, key, keys));
    }

    /**
     * Opens a repository; if that fails, the store stays open and the caller's. A key that opens older epochs only, or was
     * retired, opens it for reading: {@link #writeObstacle}.
     */
    public static Repository open(ObjectStore store, KeyEncryptionKey key) {
        return open(store, () -> key);
    }

    /**
     * Opens a repository.
     *
     * @param key asked only when there is a repository of a known format: nobody types a passphrase for nothing
     */
    public static Repository open(ObjectStore store, Supplier<? extends KeyEncryptionKey> key) {
        if (!existsIn(store)) {
            throw RepositoryException.notInitialised(store.location());
        }
        var document = PlainDocuments.read(store, ROOT, JsonNode.class);
        var format = document.path("format");
        if (format.isIntegralNumber() && format.asLong() != RepositoryRoot.FORMAT) {
            throw new NewerFormatException(
                    "the repository in " + store.location(), format.asLong(), RepositoryRoot.FORMAT);
        }
        var root = Json.convert(ROOT, document, RepositoryRoot.class);
        var by = key.get();
        var keys = KeyStore.open(store, root.id(), by, root::isAuthentic);
        if (!root.isAuthentic(keys.first())) {
            throw RepositoryException.rootChanged(store.location());
        }
        return new Repository(store, root, new LiveKeys(store, root.id(), by, keys));
    }

    /** Opens what another store holds with the key that opened this one; if that fails, the store stays open and the caller's. */
    public Repository openElsewhere(ObjectStore other) {
        return open(other, keys.by());
    }

    /** The same as if some objects were not there: what is left of it without them. Closing it closes this one, too. */
    public Repository without(Set<ObjectKey> missing) {
        return new Repository(new IncompleteStore(store, missing), root, keys, objects.unreadable());
    }

    /** The same with what counts as stored, where the store is one of several. Not to be closed. */
    public Repository counted() {
        var counted = store.counted();
        return counted.equals(store) ? this : new Repository(counted, root, keys, objects.unreadable());
    }

    public ObjectStore store() {
        return store;
    }

    public String name() {
        return root.name();
    }

    public RepositoryId id() {
        return root.id();
    }

    public ManifestCatalogue manifests() {
        return new ManifestCatalogue(store, objects);
    }

    public SealedObjects objects() {
        return objects;
    }

    /** What was found not to authenticate, and is not used: in this view of the repository and in those made from it. */
    public UnreadableObjects unreadable() {
        return objects.unreadable();
    }

    /** Makes and checks content hashes under the key of an epoch, which a manifest names. */
    public SamenessHash sameness(int epoch) {
        return new SamenessHash(keys.ring().ofEpoch(epoch).forSameness());
    }

    /** The epoch under whose key a new backup makes its content hashes: the newest. */
    public int samenessEpoch() {
        return keys.ring().current().epoch();
    }

    /**
     * Why nothing can be written to it with this key, if so: the key was retired, or a newer epoch has begun that it does not
     * open. What it opens can be read all the same.
     */
    public Optional<KeyException> writeObstacle() {
        return keys.ring().obstacle();
    }

    /** Looks whether somebody has changed the keys since; a process that runs for long asks now and then. */
    public void refreshKeys() {
        keys.refresh();
    }

    /** Changes the keys. This repository goes on with those that it was opened with. */
    public KeyChanges keyChanges(InstantSource clock, SecureRandom random) {
        return new KeyChanges(store, root.id(), keys.ring(), clock, random);
    }

    @Override
    public void close() {
        objects.close();
        store.close();
    }
}
