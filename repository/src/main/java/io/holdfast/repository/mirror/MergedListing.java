package io.holdfast.repository.mirror;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What several stores list, in order. Of one that is in several, that which was stored first is told: a backup counts if it was
 * in time anywhere. A store that fails is left out from there on.
 */
final class MergedListing implements Iterator<StoredObject> {

    private final List<Source> sources;

    /** What one store lists. */
    private static final class Source {

        private final Member member;
        private final Stream<StoredObject> stream;
        private final Iterator<StoredObject> objects;
        private @Nullable StoredObject next;

        Source(Member member, Stream<StoredObject> stream) {
            this.member = member;
            this.stream = stream;
            this.objects = stream.iterator();
            advance();
        }

        void advance() {
            try {
                next = objects.hasNext() ? objects.next() : null;
            } catch (StoreException e) {
                member.failed(e);
                next = null;
            }
        }

        Optional<ObjectKey> key() {
            return Optional.ofNullable(next).map(StoredObject::key);
        }
    }

    private MergedListing(List<Source> sources) {
        this.sources = sources;
    }

    /** One member's part. */
    record Part(Member member, Stream<StoredObject> objects) {}

    static Stream<StoredObject> of(List<Part> parts) {
        var sources = new ArrayList<Source>();
        parts.forEach(part -> sources.add(new Source(part.member(), part.objects())));
        var merged = new MergedListing(sources);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(
                                merged, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT),
                        false)
                .onClose(() -> sources.forEach(source -> source.stream.close()));
    }

    @Override
    public boolean hasNext() {
        return sources.stream().anyMatch(source -> source.next != null);
    }

    @Override
    public StoredObject next() {
        var key = sources.stream()
                .flatMap(source -> source.key().stream())
                .min(Comparator.naturalOrder())
                .orElseThrow(NoSuchElementException::new);
        var same = sources.stream()
                .filter(source -> source.key().filter(key::equals).isPresent())
                .toList();
        var first = same.stream()
                .flatMap(source -> Optional.ofNullable(source.next).stream())
                .min(Comparator.comparing(StoredObject::stored))
                .orElseThrow();
        same.forEach(Source::advance);
        return first;
    }
}
