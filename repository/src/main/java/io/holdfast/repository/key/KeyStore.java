package io.holdfast.repository.key;

import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The wraps beneath {@code key/}: making the first, and opening all with one key-encryption key. */
public final class KeyStore {

    private static final ObjectKey FOLDER = ObjectKey.of("key");

    private KeyStore() {}

    /** Draws the data key of epoch 1 and stores its wrap. Only {@code init} may call this. */
    public static KeyRing create(
            ObjectStore store, RepositoryId repository, KeyEncryptionKey by, Instant now, SecureRandom random) {
        var key = DataKey.draw(repository, 1, random);
        var wrapName = new byte[8];
        random.nextBytes(wrapName);
        PlainDocuments.create(
                store,
                ObjectKey.of(
                        "key", "%08d".formatted(key.epoch()), HexFormat.of().formatHex(wrapName)),
                KeyWrap.of(key, by, now, random));
        return new KeyRing(new TreeMap<>(Map.of(1, key)));
    }

    /** Opens every epoch that {@code by} can open; the first one must be among them. */
    public static KeyRing open(ObjectStore store, RepositoryId repository, KeyEncryptionKey by) {
        var wraps = wraps(store, repository);
        if (wraps.isEmpty()) {
            throw KeyException.damaged(
                    "no key wrap in %s belongs to repository %s".formatted(store.location(), repository));
        }
        NavigableMap<Integer, DataKey> keys = new TreeMap<>();
        for (var wrap : wraps) {
            if (wrap.kind().equals(by.kind()) && !keys.containsKey(wrap.epoch())) {
                wrap.open(by).ifPresent(key -> keys.put(key.epoch(), key));
            }
        }
        if (!keys.containsKey(1)) {
            throw refusal(store, wraps, by);
        }
        return new KeyRing(keys);
    }

    private static KeyException refusal(ObjectStore store, List<KeyWrap> wraps, KeyEncryptionKey by) {
        var kinds = wraps.stream().map(KeyWrap::kind).distinct().sorted().toList();
        if (!kinds.contains(by.kind())) {
            return KeyException.wrong(
                    "repository in %s is not opened by a %s".formatted(store.location(), by.kind()),
                    "it is opened by a " + String.join(" or a ", kinds));
        }
        return KeyException.wrong(
                "wrong %s for the repository in %s".formatted(by.kind(), store.location()), by.hint());
    }

    private static List<KeyWrap> wraps(ObjectStore store, RepositoryId repository) {
        try (var objects = store.list(FOLDER)) {
            return objects.map(object -> PlainDocuments.read(store, object.key(), KeyWrap.class))
                    .filter(wrap -> wrap.repository().equals(repository))
                    .toList();
        }
    }
}
