package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What sessions said while no WAL flowed, read as it is asked for, newest first. Confined to one thread. */
final class Coverages {

    /** How far back to look: beyond that it says nothing about now. */
    private static final int MOST = 256;

    private final Repository repository;
    private final List<StoredObject> objects;
    private final List<Optional<CoverageDocument>> read = new java.util.ArrayList<>();

    private Coverages(Repository repository, List<StoredObject> objects) {
        this.repository = repository;
        this.objects = objects;
    }

    static boolean isOne(StoredObject object) {
        return isOne(object.key());
    }

    static boolean isOne(ObjectKey key) {
        return key.text().contains("/covered/");
    }

    static Coverages of(Repository repository, List<StoredObject> objects) {
        return new Coverages(
                repository,
                objects.stream()
                        .sorted(Comparator.comparing(StoredObject::stored).reversed())
                        .limit(MOST)
                        .toList());
    }

    /** The server's clock when every flushed byte of a timeline lay before {@code end}. */
    Optional<Instant> until(TimelineId timeline, Lsn end) {
        return IntStream.range(0, objects.size())
                .mapToObj(this::document)
                .flatMap(Optional::stream)
                .filter(found ->
                        found.timeline().equals(timeline) && !found.storedTo().isAfter(end))
                .flatMap(found -> found.coveredUntil().stream())
                .findFirst();
    }

    private Optional<CoverageDocument> document(int index) {
        if (index == read.size()) {
            read.add(read(objects.get(index)));
        }
        return read.get(index);
    }

    /** One that has gone since it was listed says no more than the others. */
    private Optional<CoverageDocument> read(StoredObject object) {
        try {
            return repository.objects().readAuthentic(object.key(), CoverageDocument.class);
        } catch (ObjectMissingException _) {
            return Optional.empty();
        }
    }
}
