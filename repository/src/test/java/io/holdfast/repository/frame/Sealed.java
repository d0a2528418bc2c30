package io.holdfast.repository.frame;

import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.key.KeyRing;
import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.store.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sealed objects in a store of their own, written and read back whole. */
final class Sealed {

    static final ObjectKey KEY = new ObjectKey("backup/20260228-235958F/data-00000001");

    final MemoryStore store = new MemoryStore();
    final SecureRandom random = new SeededRandom(11);
    final SealedObjects objects = with(TestKeys.ring(1));

    SealedObjects with(KeyRing keys) {
        return new SealedObjects(store, () -> keys, random);
    }

    /** Writes these frames and returns the bytes of the object. */
    byte[] write(ObjectKey key, String footer, byte[]... frames) {
        try (var writer = objects.create(key, ObjectType.PACK)) {
            for (var frame : frames) {
                writer.append(frame, 0, frame.length);
            }
            writer.finish(ascii(footer));
        }
        return store.content(key);
    }

    /** Every frame, then the footer. */
    List<byte[]> read(ObjectKey key) {
        return read(objects, key);
    }

    static List<byte[]> read(SealedObjects objects, ObjectKey key) {
        try (var reader = objects.open(key, ObjectType.PACK)) {
            var all = new ArrayList<byte[]>();
            for (var frame : reader.frames()) {
                all.add(reader.read(frame));
            }
            all.add(reader.footer());
            return all;
        }
    }

    List<FrameLocation> locations(ObjectKey key) {
        try (var reader = objects.open(key, ObjectType.PACK)) {
            return reader.frames();
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] noise(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
