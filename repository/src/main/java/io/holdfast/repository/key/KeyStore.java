package io.holdfast.repository.key;

import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.store.ObjectStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a store holds of keys: making the first, and opening all with one key-encryption key. */
public final class KeyStore {

    private KeyStore() {}

    /** Draws the data key of epoch 1 and stores its wrap. Only {@code init} may call this. */
    public static KeyRing create(
            ObjectStore store, RepositoryId repository, KeyEncryptionKey by, Instant now, SecureRandom random) {
        var key = DataKey.draw(repository, 1, random);
        var holder = KeyWrap.Holder.draw(by, "", now, random);
        try (var derived = new DerivedKey(by)) {
            var wrap = KeyWrap.of(key, holder, derived, random);
            PlainDocuments.create(store, wrap.newName(random), wrap);
        }
        return new KeyRing(new TreeMap<>(Map.of(1, key)), Set.of(holder.key()), Optional.empty());
    }

    /** As below, where nothing else tells which data key is the repository's first. */
    static KeyRing open(ObjectStore store, RepositoryId repository, KeyEncryptionKey by) {
        return open(store, repository, by, _ -> true);
    }

    /**
     * Opens every epoch that {@code by} can open; the first one must be among them. The ring reads what they protect, and
     * writes only if nothing speaks against it.
     *
     * @param isFirst whether a data key of epoch 1 is the repository's
     */
    public static KeyRing open(
            ObjectStore store, RepositoryId repository, KeyEncryptionKey by, Predicate<DataKey> isFirst) {
        var stored = StoredKeys.read(store, repository);
        try (var derived = new DerivedKey(by)) {
            var opening = Opening.of(stored, derived, isFirst);
            if (opening.keys().isEmpty()) {
                throw refusal(stored, opening, by);
            }
            return new KeyRing(opening.keys(), opening.ids(), obstacle(stored, opening));
        }
    }

    private static Optional<Supplier<KeyException>> obstacle(StoredKeys stored, Opening opening) {
        int open = opening.keys().lastKey();
        if (open < stored.newest()) {
            return Optional.of(stored.notOpened(opening.keys().lastEntry().getValue()));
        }
        return Retirement.of(
                        stored,
                        opening.keys(),
                        opening.ids(),
                        id -> opening.epochs(id).last())
                .map(retired -> () -> KeyException.retired(stored.location(), retired.key(), retired.at()));
    }

    /** Names what is most likely the matter: the key, or what is stored. */
    private static RuntimeException refusal(StoredKeys stored, Opening opening, KeyEncryptionKey by) {
        var kinds =
                stored.wraps().stream().map(KeyWrap::kind).distinct().sorted().toList();
        if (!opening.problems().isEmpty()) {
            return opening.problems().getFirst();
        }
        if (!kinds.contains(by.kind()) && !stored.unreadable().isEmpty()) {
            return stored.unreadable().getFirst();
        }
        if (kinds.isEmpty()) {
            return KeyException.damaged(
                    "no key wrap in %s belongs to repository %s".formatted(stored.location(), stored.repository()));
        }
        if (!kinds.contains(by.kind())) {
            return KeyException.wrong(
                    "repository in %s is not opened by %s".formatted(stored.location(), withArticle(by.kind())),
                    "it is opened by "
                            + kinds.stream().map(KeyStore::withArticle).collect(Collectors.joining(" or ")));
        }
        return KeyException.wrong(
                "wrong %s for the repository in %s".formatted(by.kind(), stored.location()),
                stored.unreadable().isEmpty()
                        ? hint(stored, by)
                        : hint(stored, by) + "; "
                                + stored.unreadable().getFirst().getMessage());
    }

    /** An alias may have been given to another key meanwhile; the wraps say which one it was. */
    private static String hint(StoredKeys stored, KeyEncryptionKey by) {
        return switch (by) {
            case HeldKey held -> held.hint();
            case KmsKey kms ->
                stored.wraps().stream()
                        .flatMap(wrap -> wrap.kms().stream())
                        .map(KmsSecret::key)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(
                                " or ",
                                kms.hint() + ", and that its wraps are not copied from another: they name ",
                                ""));
        };
    }

    private static String withArticle(String kind) {
        return ("aeiou".indexOf(kind.charAt(0)) < 0 ? "a " : "an ") + kind;
    }
}
