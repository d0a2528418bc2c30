package io.holdfast.repository.frame;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.KeyRing;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** The sealed objects of one repository: creating them with its newest key, opening them with whichever they need. Thread-safe. */
public final class SealedObjects implements AutoCloseable {

    private static final int DOCUMENT_FRAME = 1024 * 1024;

    private final ObjectStore store;
    private final Supplier<KeyRing> keys;
    private final Runnable refreshKeys;
    private final SecureRandom random;
    private final UnreadableObjects unreadable;

    /** For the next document. As many as have read at once. */
    private final Queue<FrameTools> idle = new ConcurrentLinkedQueue<>();

    /**
     * Sealed objects of a store.
     *
     * @param keys asked for each object: they may change while a process runs
     */
    public SealedObjects(ObjectStore store, Supplier<KeyRing> keys, SecureRandom random) {
        this(store, keys, () -> {}, random, new UnreadableObjects());
    }

    /**
     * The same, where several views of one repository remember together what does not authenticate.
     *
     * @param refreshKeys looks whether somebody has changed the keys
     */
    public SealedObjects(
            ObjectStore store,
            Supplier<KeyRing> keys,
            Runnable refreshKeys,
            SecureRandom random,
            UnreadableObjects unreadable) {
        this.store = store;
        this.keys = keys;
        this.refreshKeys = refreshKeys;
        this.random = random;
        this.unreadable = unreadable;
    }

    public SealedWriter create(ObjectKey key, ObjectType type) {
        var compression = new FrameCompression();
        try {
            return new SealedWriter(store, key, type, keys.get().current(), random, compression);
        } catch (RuntimeException | Error e) {
            compression.close();
            throw e;
        }
    }

    public SealedReader open(ObjectKey key, ObjectType type) {
        var ring = keys.get();
        return new SealedReader(store.open(key), Optional.of(type), ring);
    }

    /** Whatever it is, to look whether it is sound. */
    public SealedReader open(ObjectKey key) {
        var ring = keys.get();
        return new SealedReader(store.open(key), Optional.empty(), ring);
    }

    /**
     * Reads an object of any type from its beginning to its end, to look whether it is sound.
     *
     * @param passed gets its bytes as they were read, before anything is known of them
     * @return the numbers of the frames that are damaged: without any, what was passed on is sound
     * @throws DamagedObjectException if it cannot even be told where the frames are
     */
    public BitSet verify(ObjectKey key, Consumer<ByteBuffer> passed) {
        var ring = keys.get();
        var stored = new SequentialReader(store.open(key), passed);
        try (var reader = new SealedReader(stored, Optional.empty(), ring)) {
            var damaged = reader.verify();
            stored.finish();
            // As it was passed on: what was looked at first was read apart.
            reader.footer();
            return damaged;
        }
    }

    /** Writes a JSON document as an object of its own. */
    public void createDocument(ObjectKey key, Object document) {
        var json = Json.mapper().writeValueAsBytes(document);
        try (var writer = create(key, ObjectType.DOCUMENT)) {
            for (int at = 0; at < json.length; at += DOCUMENT_FRAME) {
                writer.append(json, at, Math.min(DOCUMENT_FRAME, json.length - at));
            }
            writer.finish(new byte[0]);
        }
    }

    /**
     * Reads what {@link #createDocument} wrote.
     *
     * @throws io.holdfast.repository.binary.MalformedEncodingException if it is not JSON of this type
     */
    public <T> T readDocument(ObjectKey key, Class<T> type) {
        var ring = keys.get();
        var stored = WholeObject.of(store.open(key));
        var json = new ByteArrayOutputStream();
        var tools = Optional.ofNullable(idle.poll()).orElseGet(FrameTools::new);
        try (var reader = new SealedReader(stored, Optional.of(ObjectType.DOCUMENT), ring, tools)) {
            for (var frame : reader.frames()) {
                json.writeBytes(reader.read(frame));
            }
        } finally {
            idle.add(tools);
        }
        return Json.read(key, json.toByteArray(), type);
    }

    /**
     * The same of a document that says its version, which is looked at before the rest.
     *
     * @throws NewerFormatException if that is another
     */
    public <T> T readDocument(ObjectKey key, Class<T> type, int version) {
        var document = readDocument(key, JsonNode.class);
        var said = document.path("version");
        if (said.isIntegralNumber() && said.asLong() != version) {
            throw new NewerFormatException("'%s'".formatted(key), said.asLong(), version);
        }
        return Json.convert(key, document, type);
    }

    /**
     * The same of what somebody without the data key may have put there. Empty if it cannot be read; it is remembered then.
     *
     * @throws io.holdfast.repository.store.ObjectMissingException if it is not there
     */
    public <T> Optional<T> readAuthentic(ObjectKey key, Class<T> type) {
        return attempt(key, () -> readDocument(key, type)).content();
    }

    /**
     * Reads an object, and remembers if it cannot be read. One of an epoch that is not open is read again if there are other keys by now:
     * somebody else may have gone over to it already.
     */
    public <T> Reading<T> attempt(ObjectKey key, Supplier<T> read) {
        try {
            return new Reading.Sound<>(read.get());
        } catch (KeyException e) {
            var before = keys.get();
            refreshKeys.run();
            return keys.get() == before ? unsound(key, e) : attemptOnce(key, read);
        } catch (HoldfastException e) {
            return unsound(key, e);
        }
    }

    private <T> Reading<T> attemptOnce(ObjectKey key, Supplier<T> read) {
        try {
            return new Reading.Sound<>(read.get());
        } catch (HoldfastException e) {
            return unsound(key, e);
        }
    }

    private <T> Reading<T> unsound(ObjectKey key, HoldfastException problem) {
        if (!isOfTheObject(problem)) {
            throw problem;
        }
        var found = new Unreadable(key, String.valueOf(problem.getMessage()));
        unreadable.add(found);
        return new Reading.Unsound<>(found);
    }

    /**
     * Whether a failure to read says something of the object, and not of the store or of our keys. A header that does not
     * authenticate may name a format or a key that never was.
     */
    public boolean isOfTheObject(HoldfastException problem) {
        return switch (problem) {
            case DamagedObjectException _, NewerFormatException _, MalformedEncodingException _ -> true;
            case KeyException _ -> !keys.get().isBehind();
            default -> false;
        };
    }

    /** What did not authenticate since the repository was opened. */
    public UnreadableObjects unreadable() {
        return unreadable;
    }

    /** Frees native memory, and leaves the store open. */
    @Override
    public void close() {
        for (var tools = idle.poll(); tools != null; tools = idle.poll()) {
            tools.close();
        }
    }
}
