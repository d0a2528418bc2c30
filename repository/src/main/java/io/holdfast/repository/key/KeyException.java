package io.holdfast.repository.key;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.ObjectKey;
import java.time.Instant;

/** A key is missing, wrong, or not kept as a key must be; or what was asked of keys is refused. Nothing was opened and nothing was changed. */
public final class KeyException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private static final String OLDER_EPOCH = "key.older-epoch";
    private static final String RETIRED = "key.retired";

    private final String code;
    private final ProblemKind kind;

    private KeyException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    private KeyException(String code, String message, String hint) {
        this(code, ProblemKind.KEY, message, hint);
    }

    static KeyException unusable(String message, String hint) {
        return new KeyException("key.unusable", message, hint);
    }

    static KeyException wrong(String message, String hint) {
        return new KeyException("key.wrong", message, hint);
    }

    static KeyException damaged(String message) {
        return new KeyException(
                "key.damaged",
                message,
                "restore 'repository' and what is beneath 'key/' from a copy of the repository; without them nothing can be read");
    }

    static KeyException newer(ObjectKey name, long version) {
        return new KeyException(
                "key.newer-version",
                "'%s' was written in version %d, which this version of holdfast does not know".formatted(name, version),
                "use the version of holdfast that added this key, or a newer one");
    }

    static KeyException olderEpoch(StoredKeys stored, int open) {
        return new KeyException(
                OLDER_EPOCH,
                "this key opens the repository in %s up to epoch %d, and epoch %d has begun"
                        .formatted(stored.location(), open, stored.newest()),
                "the key was replaced: what is written now must not be readable with it, so nothing is; give the key that took its"
                        + " place, or, if it is still to be trusted, add it with 'holdfast key add'");
    }

    static KeyException unprovenEpoch(StoredKeys stored, int open) {
        return new KeyException(
                "key.unproven-epoch",
                ProblemKind.DAMAGED,
                "an object says that epoch %d of the repository in %s has begun, and it does not authenticate; this key opens up to epoch %d"
                        .formatted(stored.newest(), stored.location(), open),
                "nothing is written until it is known: if the key was replaced, restore what is beneath 'epoch/' from a copy of the repository; if not,"
                        + " somebody without the key can write to the store: shut them out, and remove 'epoch/%08d' with the store's own tools"
                                .formatted(stored.newest()));
    }

    static KeyException retired(String location, KeyId key, Instant at) {
        return new KeyException(
                RETIRED,
                "this key (%s) of the repository in %s was retired at %s".formatted(key, location, at),
                "give the key that took its place, or, if it shall be used again, add it with 'holdfast key add'; it still reads");
    }

    static KeyException gone(String location, int epoch) {
        return new KeyException(
                "key.damaged",
                "what opens epoch %d of the repository in %s is gone".formatted(epoch, location),
                "nothing is written that nobody could read: restore what is beneath 'key/' and 'epoch/' from a copy of the repository, and"
                        + " find out who may remove it");
    }

    static KeyException invalidLabel() {
        return new KeyException(
                "key.invalid-label",
                ProblemKind.USAGE,
                "not a label for a key",
                "use at most 64 characters, none of them a control character");
    }

    static KeyException notAnother() {
        return new KeyException(
                "key.not-another",
                ProblemKind.REFUSED,
                "the new key is the one that opens the repository now",
                "give another one; --generate-key makes a key file");
    }

    static KeyException inUse(KeyId key) {
        return new KeyException(
                "key.in-use",
                ProblemKind.REFUSED,
                "key %s is the one that opens the repository now".formatted(key),
                "open it with another key to retire this one, or give it a successor with 'holdfast key rotate'");
    }

    static KeyException unknown(KeyId key, String location) {
        return new KeyException(
                "key.unknown",
                ProblemKind.REFUSED,
                "the repository in %s has no key %s".formatted(location, key),
                "'holdfast key list' shows those that it has");
    }

    static KeyException replacedMeanwhile(int epoch) {
        return new KeyException(
                "key.replaced-meanwhile",
                ProblemKind.REFUSED,
                "epoch %d was begun by somebody else at the same time".formatted(epoch),
                "look at 'holdfast key list', and replace the key again if that was not meant");
    }

    static KeyException notProven(String kind) {
        return new KeyException(
                "key.not-proven",
                ProblemKind.DAMAGED,
                "the new %s does not open what it was just added to".formatted(kind),
                "keep using the old key; the store does not return what was written to it");
    }

    /** Whether there is an epoch that this key does not open. */
    boolean isOlderEpoch() {
        return code.equals(OLDER_EPOCH);
    }

    boolean isRetirement() {
        return code.equals(RETIRED);
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
