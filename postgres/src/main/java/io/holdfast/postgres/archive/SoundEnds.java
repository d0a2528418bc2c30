package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects that reach furthest on each timeline of a listing, of which the last must authenticate. What does not is left out of
 * the next listing. Confined to one thread.
 */
final class SoundEnds {

    /** How many of a timeline are remembered, and looked at before it is listed again. */
    private static final int MOST = 64;

    private final Repository repository;
    private final Map<TimelineId, TreeSet<StoredWal>> furthest = new HashMap<>();
    private final Set<ObjectKey> unsound = new HashSet<>();

    SoundEnds(Repository repository) {
        this.repository = repository;
    }

    /** False if it does not authenticate, as far as is known. */
    boolean add(StoredWal wal) {
        if (unsound.contains(wal.key())) {
            return false;
        }
        var known = furthest.computeIfAbsent(
                wal.range().timeline(),
                _ -> new TreeSet<>(
                        Comparator.comparing((StoredWal one) -> one.range().end())
                                .thenComparing(StoredWal::key)));
        known.add(wal);
        if (known.size() > MOST) {
            known.pollFirst();
        }
        return true;
    }

    /** If not, it is to be listed again. */
    boolean areSound() {
        int before = unsound.size();
        furthest.values().forEach(known -> {
            for (var wal : known.descendingSet()) {
                if (isSound(wal)) {
                    break;
                }
                unsound.add(wal.key());
            }
        });
        furthest.clear();
        return unsound.size() == before;
    }

    private boolean isSound(StoredWal wal) {
        try {
            return repository
                    .objects()
                    .attempt(wal.key(), () -> wal.footer(repository.objects()))
                    .content()
                    .isPresent();
        } catch (ObjectMissingException _) {
            // A keeper has removed it since it was listed: it did not say more than what stands for it.
            return true;
        }
    }
}
