package io.holdfast.repository.verification;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.key.RepositoryId;
import io.holdfast.repository.store.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which objects were found sound, and when, in a local file. An object never changes, so one that is listed with the same
 * size and time is the same; that its bits still are is what the sample looks at. A file that is lost or damaged only means
 * that everything is read again. Confined to one thread.
 */
public final class KnownObjects {

    private static final Logger LOG = LoggerFactory.getLogger(KnownObjects.class);

    private static final int MAGIC = 0x484B_4E31;
    private static final int HEADER = 8;
    private static final int ENTRY = 16;
    private static final int DIGEST = 32;

    private final Disk disk;
    private final Path folder;
    private final Path file;

    /** Of the digest of an object's name, size and time: when it was found sound, in seconds since 1970. */
    private final Map<Long, Long> looked;

    private KnownObjects(Disk disk, Path folder, Path file, Map<Long, Long> looked) {
        this.disk = disk;
        this.folder = folder;
        this.file = file;
        this.looked = looked;
    }

    /** Reads what is known of one repository on this host. */
    public static KnownObjects read(Disk disk, Path folder, RepositoryId repository) {
        var file = folder.resolve(repository.toString());
        return new KnownObjects(disk, folder, file, disk.exists(file) ? read(disk, file) : new HashMap<>());
    }

    private static Map<Long, Long> read(Disk disk, Path file) {
        var looked = new HashMap<Long, Long>();
        try (var content = disk.open(file)) {
            var array = new byte[Math.toIntExact(content.size())];
            var bytes = ByteBuffer.wrap(array);
            while (bytes.hasRemaining() && content.read(bytes.position(), bytes) > 0) {
                // Reads on.
            }
            if (isSound(bytes, array)) {
                for (int at = HEADER; at < array.length - DIGEST; at += ENTRY) {
                    looked.put(bytes.getLong(at), bytes.getLong(at + 8));
                }
            } else {
                LOG.warn("what was verified before is not readable and everything is read again file={}", file);
            }
        }
        return looked;
    }

    private static boolean isSound(ByteBuffer bytes, byte[] array) {
        int length = array.length - DIGEST;
        return length >= HEADER
                && !bytes.hasRemaining()
                && bytes.getInt(0) == MAGIC
                && (length - HEADER) / ENTRY == bytes.getInt(4)
                && (length - HEADER) % ENTRY == 0
                && MessageDigest.isEqual(digest(array, length), Arrays.copyOfRange(array, length, array.length));
    }

    /** When an object was found sound; empty if it never was. */
    Optional<Instant> lookedAt(StoredObject object) {
        return Optional.ofNullable(looked.get(name(object))).map(Instant::ofEpochSecond);
    }

    void sound(StoredObject object, Instant now) {
        looked.put(name(object), now.getEpochSecond());
    }

    void damaged(StoredObject object) {
        looked.remove(name(object));
    }

    /** Forgets what is not there any more. */
    void keepOnly(Collection<StoredObject> present) {
        looked.keySet().retainAll(present.stream().map(KnownObjects::name).collect(Collectors.toSet()));
    }

    /** Durable when it returns. */
    void write() {
        var bytes = ByteBuffer.allocate(HEADER + looked.size() * ENTRY + DIGEST);
        bytes.putInt(MAGIC).putInt(looked.size());
        looked.forEach((name, time) -> bytes.putLong(name).putLong(time));
        bytes.put(digest(bytes.array(), bytes.position())).flip();
        disk.createDirectories(folder);
        var next = folder.resolve("." + file.getFileName() + ".new");
        disk.delete(next);
        try (var content = disk.create(next)) {
            content.write(bytes);
            content.force();
        }
        disk.move(next, file);
        disk.forceDirectory(folder);
    }

    private static long name(StoredObject object) {
        var text = "%s %d %d"
                .formatted(object.key().text(), object.size(), object.stored().toEpochMilli())
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(digest(text, text.length)).getLong();
    }

    private static byte[] digest(byte[] bytes, int length) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            sha.update(bytes, 0, length);
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
