package io.holdfast.repository.key;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.store.ObjectStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The keys of an open repository.
 *
 * @param epochs how many there are
 * @param open up to which the key in use opens them
 * @param keys by the time they were added
 * @param remarks what cannot be read, in words
 */
public record KeyInventory(int epochs, int open, List<KeyEntry> keys, List<String> remarks) {

    static KeyInventory read(ObjectStore store, RepositoryId repository, KeyRing ring) {
        var stored = StoredKeys.read(store, repository);
        var entries = stored.wraps().stream()
                .filter(wrap -> wrap.epoch() <= stored.newest())
                .collect(Collectors.groupingBy(KeyWrap::key))
                .values()
                .stream()
                .map(wraps -> entry(stored, ring, wraps))
                .sorted(Comparator.comparing(KeyEntry::created).thenComparing(KeyEntry::key))
                .toList();
        return new KeyInventory(
                stored.newest(),
                ring.newest().epoch(),
                entries,
                stored.unreadable().stream().map(HoldfastException::getMessage).toList());
    }

    private static KeyEntry entry(StoredKeys stored, KeyRing ring, List<KeyWrap> wraps) {
        var first = wraps.getFirst();
        var epochs = new TreeSet<>(wraps.stream().map(KeyWrap::epoch).toList());
        return new KeyEntry(
                first.key(),
                first.kind(),
                first.label(),
                wraps.stream()
                        .max(Comparator.comparingInt(KeyWrap::epoch))
                        .flatMap(KeyWrap::kms)
                        .map(KmsSecret::key),
                first.created(),
                List.copyOf(epochs),
                ring.ids().contains(first.key()),
                at(Retirement.mark(stored, ring.byEpoch(), first.key(), KeyMark.RETIRED, epochs.last())),
                at(Retirement.mark(stored, ring.byEpoch(), first.key(), KeyMark.CONFIRMED, stored.newest())));
    }

    private static Optional<Instant> at(Optional<KeyMark> mark) {
        return mark.map(KeyMark::at);
    }

    /** The keys other than recovery sheets that may be used and open everything that there is now. */
    public List<KeyEntry> working() {
        return keys.stream()
                .filter(key ->
                        !key.kind().equals(RecoveryKey.KIND) && key.retired().isEmpty() && hasAllWraps(key))
                .toList();
    }

    /** What it opens may be less: to others a wrap is what somebody claims. */
    private boolean hasAllWraps(KeyEntry key) {
        return IntStream.rangeClosed(1, epochs).allMatch(key.epochs()::contains);
    }

    /** The recovery sheets of which somebody has proved that they open everything that there is now, and of which no wrap has gone since. */
    public List<KeyEntry> confirmedSheets() {
        return keys.stream()
                .filter(key -> key.kind().equals(RecoveryKey.KIND)
                        && key.retired().isEmpty()
                        && key.confirmed().isPresent()
                        && hasAllWraps(key))
                .toList();
    }
}
