package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What WAL a repository holds of one generation, as its listing said when this was loaded: what was captured under
 * claims and what the backups stored with them. Where sources contradict each other, it ends. An object that has gone
 * since is looked up again. Confined to one thread.
 */
public final class WalArchive {

    private final Repository repository;
    private final Generation generation;
    private final WalObjects objects;
    private final WalAgreement agreement;
    private final Optional<RecentWal> recent;
    private WalListing listing;

    /** How many objects were known not to authenticate when they were left out of the listing. */
    private int leftOut;

    private Coverages coverages;
    private Optional<BackupId> uncommitted = Optional.empty();
    private final List<Divergence> declared = new ArrayList<>();

    /** What was asked for since the listing was read: comparing sources means reading them. */
    private final Map<TimelineId, Usable> usable = new HashMap<>();

    /** What of a timeline may be used. */
    private record Usable(List<WalChain> chains, Optional<Divergence> divergence) {}

    private WalArchive(Repository repository, Generation generation, Optional<RecentWal> recent) {
        this(repository, generation, recent, new WalObjects(repository));
    }

    private WalArchive(Repository repository, Generation generation, Optional<RecentWal> recent, WalObjects objects) {
        this.repository = repository;
        this.generation = generation;
        this.objects = objects;
        this.agreement = new WalAgreement(objects, generation);
        this.recent = recent;
        this.listing = WalListing.of(Stream.empty(), generation, repository);
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

    /** The same with what a backup has stored that is not committed yet. */
    public static WalArchive loadRecent(
            Repository repository, Generation generation, TimelineId timeline, Lsn position, BackupId backup) {
        var recent = new RecentWal(timeline, position, generation.walSegmentSize());
        var archive = new WalArchive(repository, generation, Optional.of(recent));
        archive.uncommitted = Optional.of(backup);
        return load(archive);
    }

    /** All of it, and what a backup has stored that is not committed yet. */
    public static WalArchive load(Repository repository, Generation generation, BackupId backup) {
        var archive = new WalArchive(repository, generation, Optional.empty());
        archive.uncommitted = Optional.of(backup);
        return load(archive);
    }

    /** The same, for another thread: what this one has read of the listing, and its own memory of what it reads next. */
    public WalArchive forAnotherThread() {
        var other = new WalArchive(repository, generation, recent, objects.forAnotherThread());
        timelines().forEach(this::usable);
        other.listing = listing;
        other.leftOut = leftOut;
        other.declared.addAll(declared);
        other.usable.putAll(usable);
        other.coverages = coverages;
        return other;
    }

    public void reload() {
        leftOut = objects.unsound();
        try (var found = objects()) {
            listing = WalListing.of(found.filter(object -> !objects.isUnsound(object.key())), generation, repository);
        }
        coverages = Coverages.of(repository, listing.covered());
        declared.clear();
        listing.divergences().stream()
                .flatMap(key -> repository.objects().readAuthentic(key, Divergence.Document.class).stream())
                .map(Divergence.Document::divergence)
                .forEach(declared::add);
        usable.clear();
    }

    /**
     * The answer to a question that is asked again if some of what it was answered with turned out not to authenticate: the names of
     * objects say what they hold, and whoever has no key can make names.
     */
    public <T> T settled(Supplier<T> question) {
        while (true) {
            int before = objects.unsound();
            try {
                var answer = question.get();
                if (objects.unsound() == before) {
                    return answer;
                }
            } catch (ObjectMissingException e) {
                if (objects.unsound() == before) {
                    throw e;
                }
            }
            lookAgain();
        }
    }

    /** Lists anew only if nothing has to be left out of what is known: there may be any number that does not authenticate. */
    private void lookAgain() {
        if (objects.unsound() == leftOut) {
            reload();
            return;
        }
        leftOut = objects.unsound();
        listing = listing.without(objects::isUnsound);
        usable.clear();
    }

    private Stream<StoredObject> objects() {
        return Stream.concat(
                recent.map(this::recentObjects).orElseGet(this::allObjects),
                uncommitted.map(this::ownWal).orElse(List.of()).stream());
    }

    private Stream<StoredObject> recentObjects(RecentWal wanted) {
        var found = new ArrayList<StoredObject>();
        new SkippingListing(repository.store(), ObjectKey.of("claim"))
                .forEach(object -> generation.endOfOther(object.key()).or(() -> wanted.end(object)), found::add);
        return found.stream();
    }

    private Stream<StoredObject> allObjects() {
        return Stream.concat(
                repository.store().list(ObjectKey.of("claim")).filter(object -> generation.holds(object.key())),
                repository.manifests().ids().parallelStream().map(this::ownWal).toList().stream()
                        .flatMap(List::stream));
    }

    private List<StoredObject> ownWal(BackupId backup) {
        try (var found =
                repository.store().list(WalSource.of(backup, generation).folder())) {
            return found.toList();
        }
    }

    public Generation generation() {
        return generation;
    }

    /** The timelines that hold WAL or have a history, in order. */
    public List<TimelineId> timelines() {
        return List.copyOf(listing.timelines());
    }

    /** Every stretch of a timeline that is covered without a hole, in order. */
    public List<WalRange> coverage(TimelineId timeline) {
        return chains(timeline).stream()
                .map(chain -> new WalRange(timeline, chain.start(), chain.end()))
                .toList();
    }

    /**
     * What is missing between two objects of one session.
     *
     * @param session its folder of this generation
     */
    public record Hole(WalRange range, ObjectKey session) {}

    /** Those of a timeline, in order. */
    public List<Hole> holes(TimelineId timeline) {
        var chains = chains(timeline);
        var holes = new ArrayList<Hole>();
        for (int i = 1; i < chains.size(); i++) {
            var before = chains.get(i - 1);
            var after = chains.get(i);
            var session = before.objects().getLast().folder();
            if (session.equals(after.objects().getFirst().folder())
                    && WalOrigin.of(after.objects().getFirst().key()) instanceof WalOrigin.Member) {
                var from = before.end();
                var to = after.start();
                holes.add(new Hole(new WalRange(timeline, from, to), session));
            }
        }
        return holes;
    }

    /** Up to where WAL is covered without a hole from {@code position} on, if it is covered there at all. */
    public Optional<Lsn> coveredFrom(TimelineId timeline, Lsn position) {
        return chain(timeline, position).map(WalChain::end);
    }

    /** Whether nothing is missing that a recovery along a history reads between two positions. */
    public boolean leads(TimelineHistory history, Lsn from, Lsn to) {
        var covered = new ListedWal();
        timelines().forEach(timeline -> coverage(timeline).forEach(covered::add));
        return covered.leads(history, from, to, new ListedWal(), generation.walSegmentSize());
    }

    /** Whether a range is covered by what is left when some objects are gone; who may be read beside whom was decided before. */
    public boolean isCoveredWithout(Set<ObjectKey> gone, WalRange range) {
        var left = listing.wal(range.timeline()).stream()
                .filter(object -> !gone.contains(object.key()))
                .toList();
        return WalChain.of(left).stream()
                .anyMatch(chain ->
                        !range.start().isBefore(chain.start()) && !range.end().isAfter(chain.end()));
    }

    private Optional<WalChain> chain(TimelineId timeline, Lsn position) {
        return chains(timeline).stream()
                .filter(chain -> !position.isBefore(chain.start()) && !position.isAfter(chain.end()))
                .max(Comparator.comparing(WalChain::end));
    }

    private List<WalChain> chains(TimelineId timeline) {
        return usable(timeline).chains();
    }

    private Usable usable(TimelineId timeline) {
        var known = usable.get(timeline);
        if (known == null) {
            known = settled(() -> find(timeline));
            usable.put(timeline, known);
        }
        return known;
    }

    private Usable find(TimelineId timeline) {
        var stored = listing.wal(timeline);
        var known = WalAgreement.earlier(declared(timeline), listing.histories().divergence(timeline));
        var found = WalAgreement.earlier(known, agreement.unchecked(stored, historyOrNone(timeline), limit(known)));
        var chains = WalChain.of(stored).stream()
                .flatMap(chain ->
                        found.map(divergence -> chain.upTo(divergence.at())).orElse(Optional.of(chain)).stream())
                .toList();
        return new Usable(chains, found);
    }

    /** Where the sources of a timeline contradict each other, if they do. */
    public Optional<Divergence> divergence(TimelineId timeline) {
        return usable(timeline).divergence();
    }

    /** Of every timeline, in their order. */
    public List<Divergence> divergences() {
        return timelines().stream()
                .flatMap(timeline -> divergence(timeline).stream())
                .toList();
    }

    /** What somebody has declared. */
    Optional<Divergence> declared(TimelineId timeline) {
        return declared.stream()
                .filter(divergence -> divergence.timeline().equals(timeline))
                .min(Comparator.comparing(Divergence::at));
    }

    /** Counts as declared from now on. */
    void add(Divergence divergence) {
        declared.add(divergence);
        usable.remove(divergence.timeline());
    }

    private static Lsn limit(Optional<Divergence> known) {
        return known.map(Divergence::at).orElse(WalAgreement.NO_LIMIT);
    }

    /** Whether others than {@code member} have stored WAL at {@code time} or later. */
    boolean isShared(MemberName member, Instant time) {
        return listing.storedSince(time).anyMatch(origin -> !origin.equals(new WalOrigin.Member(member)));
    }

    /** Segments that a member has merged at {@code time} or later. */
    List<StoredWal> mergedSince(MemberName member, Instant time) {
        var origin = new WalOrigin.Member(member);
        return listing.segments()
                .filter(segment -> !segment.stored().isBefore(time)
                        && WalOrigin.of(segment.key()).equals(origin))
                .toList();
    }

    /** The first difference between what a member and others have of some segments, before one that is declared. */
    Optional<Divergence> compare(MemberName member, TimelineId timeline, Set<Lsn> segments) {
        return segments.isEmpty()
                ? Optional.empty()
                : settled(() -> agreement.of(
                        new WalOrigin.Member(member),
                        segments::contains,
                        listing.wal(timeline),
                        historyOrNone(timeline),
                        limit(declared(timeline))));
    }

    /** Where the WAL of a backup and that of others differ, or others among themselves before it ends. */
    public Optional<Divergence> divergenceOf(BackupId backup, TimelineId timeline) {
        return settled(() -> findDivergenceOf(backup, timeline));
    }

    private Optional<Divergence> findDivergenceOf(BackupId backup, TimelineId timeline) {
        var stored = listing.wal(timeline);
        var origin = new WalOrigin.OfBackup(backup);
        var end = stored.stream()
                .filter(object -> WalOrigin.of(object.key()).equals(origin))
                .map(object -> object.range().end())
                .max(Comparator.naturalOrder());
        var known = divergence(timeline)
                .filter(found -> end.filter(found.at()::isBefore).isPresent());
        return WalAgreement.earlier(
                known, agreement.of(origin, _ -> true, stored, historyOrNone(timeline), limit(known)));
    }

    /** The history of a timeline; timeline 1 needs none. */
    public Optional<TimelineHistory> history(TimelineId timeline) {
        return listing.histories()
                .of(timeline)
                .map(StoredHistory::parse)
                .or(() -> timeline.number() == 1
                        ? Optional.of(TimelineHistory.withoutParents(timeline))
                        : Optional.empty());
    }

    private TimelineHistory historyOrNone(TimelineId timeline) {
        return history(timeline).orElseGet(() -> TimelineHistory.withoutParents(timeline));
    }

    /** The text of a history file as the server wrote it. */
    public Optional<String> historyFile(TimelineId timeline) {
        return listing.histories().of(timeline).map(StoredHistory::content);
    }

    /** The footers of the objects that cover a timeline without a hole from {@code position} on, in order, read as they are asked for. */
    public Stream<WalFooter> footers(TimelineId timeline, Lsn position) {
        var walk = new FooterWalk(position, from -> chain(timeline, from), objects::footer, this::lookAgain);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(walk, Spliterator.ORDERED), false);
    }

    /**
     * The footer of the newest object that covers a timeline without a hole from {@code position} on. If a keeper has taken that away, what
     * stands for it is looked up.
     */
    public Optional<WalFooter> newest(TimelineId timeline, Lsn position) {
        try {
            return settled(() -> newestListed(timeline, position));
        } catch (ObjectMissingException _) {
            reload();
            return settled(() -> newestListed(timeline, position));
        }
    }

    private Optional<WalFooter> newestListed(TimelineId timeline, Lsn position) {
        return chain(timeline, position)
                .map(chain -> objects.footer(chain.objects().getLast()).upTo(chain.end()));
    }

    /**
     * The server's clock when all it had flushed on a timeline lay in what covers it without a hole from {@code position} on,
     * by the newest object or by what a session said later, while nothing was written.
     */
    public Optional<Instant> coveredUntil(TimelineId timeline, Lsn position) {
        return chain(timeline, position)
                .flatMap(chain -> Stream.concat(
                                newest(timeline, position).flatMap(WalFooter::coveredUntil).stream(),
                                coverages.until(timeline, chain.end()).stream())
                        .max(Comparator.naturalOrder()));
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
            int unsound = objects.unsound();
            var reached = readUsable(left, sink);
            if (objects.unsound() > unsound) {
                position = reached;
                lookedAgain = false;
                lookAgain();
            } else if (reached.equals(position)) {
                if (lookedAgain) {
                    objects.requireSound(range.timeline(), position);
                    throw new WalMissingException(left, divergence(range.timeline()));
                }
                reload();
                lookedAgain = true;
            } else {
                position = reached;
                lookedAgain = false;
            }
        }
    }

    /** How far it came. */
    private Lsn readUsable(WalRange range, Sink sink) {
        var chain = chain(range.timeline(), range.start());
        if (chain.isEmpty()) {
            return range.start();
        }
        var end = Lsn.earlier(range.end(), chain.get().end());
        return objects.read(chain.get().from(range.start()), new WalRange(range.timeline(), range.start(), end), sink);
    }
}
