package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.SealedReader;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What WAL a repository holds, as its listing said when this was loaded: what was captured under claims and what the
 * backups stored with them. An object that has gone since is looked up again. Confined to one thread.
 */
public final class WalArchive {

    private final Repository repository;
    private final Generation generation;
    private NavigableMap<TimelineId, List<WalChain>> chains = new TreeMap<>();
    private NavigableMap<TimelineId, ObjectKey> histories = new TreeMap<>();
    private final Map<ObjectKey, WalFooter> footers = new HashMap<>();
    private Coverages coverages;
    private final Optional<RecentWal> recent;

    private WalArchive(Repository repository, Generation generation, Optional<RecentWal> recent) {
        this.repository = repository;
        this.generation = generation;
        this.recent = recent;
        this.coverages = Coverages.of(repository, List.of());
    }

    public static WalArchive load(Repository repository, Generation generation) {
        return load(new WalArchive(repository, generation, Optional.empty()));
    }

    /**
     * Only what capture sessions have stored on one timeline from the segment on that holds {@code position}, and all
     * histories: what this costs does not grow with the age of the repository.
     */
    public static WalArchive loadRecent(
            Repository repository, Generation generation, TimelineId timeline, Lsn position) {
        var recent = new RecentWal(timeline, position, generation.walSegmentSize());
        return load(new WalArchive(repository, generation, Optional.of(recent)));
    }

    private static WalArchive load(WalArchive archive) {
        archive.reload();
        return archive;
    }

    /** The same, for another thread: what this one has read of the listing, and its own memory of what it reads next. */
    public WalArchive forAnotherThread() {
        var other = new WalArchive(repository, generation, recent);
        other.chains = chains;
        other.histories = histories;
        other.coverages = coverages;
        return other;
    }

    public void reload() {
        var wal = new TreeMap<TimelineId, List<StoredWal>>();
        var foundHistories = new TreeMap<TimelineId, ObjectKey>();
        var covered = new ArrayList<StoredObject>();
        try (var objects = objects()) {
            objects.forEach(object -> {
                StoredWal.of(object, generation.walSegmentSize())
                        .ifPresent(found -> wal.computeIfAbsent(found.range().timeline(), _ -> new ArrayList<>())
                                .add(found));
                if (Coverages.isOne(object)) {
                    covered.add(object);
                }
                if (object.key().text().contains("/history/")) {
                    foundHistories.put(TimelineId.ofHex(object.key().name()), object.key());
                }
            });
        }
        var linked = new TreeMap<TimelineId, List<WalChain>>();
        wal.forEach((timeline, objects) -> linked.put(timeline, WalChain.of(objects)));
        chains = linked;
        histories = foundHistories;
        coverages = Coverages.of(repository, covered);
    }

    private Stream<StoredObject> objects() {
        var store = repository.store();
        if (recent.isPresent()) {
            var found = new ArrayList<StoredObject>();
            new SkippingListing(store, ObjectKey.of("claim")).forEach(recent.get(), found::add);
            return found.stream();
        }
        return Stream.concat(
                store.list(ObjectKey.of("claim")),
                repository.manifests().ids().stream()
                        .flatMap(id -> Stream.of("wal", "history")
                                .flatMap(part -> store.list(id.folder().child(part)))));
    }

    public Generation generation() {
        return generation;
    }

    /** The timelines that hold WAL or have a history, in order. */
    public List<TimelineId> timelines() {
        return Stream.concat(chains.keySet().stream(), histories.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Every stretch of a timeline that is covered without a hole, in order. */
    public List<WalRange> coverage(TimelineId timeline) {
        return chains.getOrDefault(timeline, List.of()).stream()
                .map(chain -> new WalRange(timeline, chain.start(), chain.end()))
                .toList();
    }

    /** Up to where WAL is covered without a hole from {@code position} on, if it is covered there at all. */
    public Optional<Lsn> coveredFrom(TimelineId timeline, Lsn position) {
        return chain(timeline, position).map(WalChain::end);
    }

    private Optional<WalChain> chain(TimelineId timeline, Lsn position) {
        return chains.getOrDefault(timeline, List.of()).stream()
                .filter(chain -> !position.isBefore(chain.start()) && !position.isAfter(chain.end()))
                .max(Comparator.comparing(WalChain::end));
    }

    /** The history of a timeline; timeline 1 needs none. */
    public Optional<TimelineHistory> history(TimelineId timeline) {
        return Optional.ofNullable(histories.get(timeline))
                .map(key -> repository
                        .objects()
                        .readDocument(key, StoredHistory.class)
                        .parse())
                .or(() -> timeline.number() == 1
                        ? Optional.of(TimelineHistory.withoutParents(timeline))
                        : Optional.empty());
    }

    /** The text of a history file as the server wrote it. */
    public Optional<String> historyFile(TimelineId timeline) {
        return Optional.ofNullable(histories.get(timeline))
                .map(key -> repository
                        .objects()
                        .readDocument(key, StoredHistory.class)
                        .content());
    }

    /** The footers of the objects that cover a timeline without a hole from {@code position} on, in order, read as they are asked for. */
    public Stream<WalFooter> footers(TimelineId timeline, Lsn position) {
        return objectsFrom(timeline, position).stream().map(this::footer);
    }

    /** The footer of the newest object that covers a timeline without a hole from {@code position} on. */
    public Optional<WalFooter> newest(TimelineId timeline, Lsn position) {
        return chain(timeline, position).map(chain -> footer(chain.objects().getLast()));
    }

    /**
     * The server's clock when all it had flushed on a timeline lay in what covers it without a hole from {@code position} on,
     * by the newest object or by what a session said later, while nothing was written.
     */
    public Optional<Instant> coveredUntil(TimelineId timeline, Lsn position) {
        return chain(timeline, position)
                .flatMap(chain -> Stream.concat(
                                footer(chain.objects().getLast()).coveredUntil().stream(),
                                coverages.until(timeline, chain.end()).stream())
                        .max(Comparator.naturalOrder()));
    }

    private WalFooter footer(StoredWal wal) {
        return footers.computeIfAbsent(wal.key(), key -> {
            try (var reader = repository.objects().open(key, wal.type())) {
                return WalFooter.decode(reader.footer());
            }
        });
    }

    /** Takes WAL in order. */
    public interface Sink {

        /**
         * Takes the next bytes.
         *
         * @param at position of the first byte
         */
        void accept(Lsn at, byte[] bytes, int offset, int length);
    }

    /**
     * Reads a range that is covered.
     *
     * @throws WalMissingException if it is not, even after looking again
     */
    public void read(WalRange range, Sink sink) {
        var position = range.start();
        boolean lookedAgain = false;
        while (position.isBefore(range.end())) {
            var left = new WalRange(range.timeline(), position, range.end());
            var reached = readObjects(objectsFrom(range.timeline(), position), left, sink);
            if (reached.equals(position)) {
                if (lookedAgain) {
                    throw new WalMissingException(left);
                }
                reload();
                lookedAgain = true;
            } else {
                position = reached;
                lookedAgain = false;
            }
        }
    }

    private List<StoredWal> objectsFrom(TimelineId timeline, Lsn position) {
        return chain(timeline, position).map(chain -> chain.from(position)).orElse(List.of());
    }

    /** How far it came before an object was missing or the objects ended. */
    private Lsn readObjects(List<StoredWal> objects, WalRange range, Sink sink) {
        var position = range.start();
        for (var object : objects) {
            if (!object.range().contains(position) || !position.isBefore(range.end())) {
                continue;
            }
            try {
                position = readObject(object, new WalRange(range.timeline(), position, range.end()), sink);
            } catch (ObjectMissingException _) {
                return position;
            }
        }
        return position;
    }

    private Lsn readObject(StoredWal object, WalRange wanted, Sink sink) {
        try (SealedReader reader = repository.objects().open(object.key(), object.type())) {
            var at = object.range().start();
            var position = wanted.start();
            for (var frame : reader.frames()) {
                var frameEnd = at.plus(frame.plainLength());
                if (frameEnd.isAfter(position) && at.isBefore(wanted.end())) {
                    var content = new byte[frame.plainLength()];
                    reader.read(frame, content);
                    int from = (int) position.minus(at);
                    int length = (int) Lsn.earlier(frameEnd, wanted.end()).minus(position);
                    sink.accept(position, content, from, length);
                    position = position.plus(length);
                }
                at = frameEnd;
            }
            return position;
        }
    }
}
