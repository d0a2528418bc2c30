package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Sees that what one member stores agrees with what others hold, and declares what does not. Segments are compared
 * before they are written, so that of two members the one that comes later has compared. As long as nobody else stores
 * WAL, the repository is listed seldom, and what was merged meanwhile is compared afterwards. Confined to one thread.
 */
public final class MemberAgreement {

    /** How far back a session looks at its start, in segments. */
    private static final int BACK = 64;

    private final Repository repository;
    private final Generation generation;
    private final MemberName member;
    private final MemberWal wal;
    private final Duration every;
    private final Duration alone;
    private final InstantSource clock;
    private final List<WalSegmentName> unseen = new ArrayList<>();
    private Optional<Looked> last = Optional.empty();
    private boolean shared;
    private long looked;
    private final SessionDocuments divergences;

    /** What was listed of a timeline from a position on, and what of it was compared. */
    private record Looked(TimelineId timeline, Lsn from, WalArchive archive) {}

    /**
     * Begins with a session.
     *
     * @param wal what this member has stored
     * @param every how often to look, and merge, while others store WAL, too; ten times as seldom while they do not
     */
    public MemberAgreement(
            Repository repository,
            Generation generation,
            Claim claim,
            MemberWal wal,
            Duration every,
            InstantSource clock) {
        this.repository = repository;
        this.generation = generation;
        this.member = claim.member();
        this.wal = wal;
        this.divergences = new SessionDocuments(repository.objects(), WalSource.of(claim, generation), "divergence");
        this.every = every;
        this.alone = every.multipliedBy(10);
        this.clock = clock;
    }

    /** Whether these segments may be written now; if not, it is to be asked again later. */
    public boolean allows(List<WalSegmentName> segments) {
        var since = Duration.ofNanos(System.nanoTime() - looked);
        if (last.isPresent() && since.compareTo(shared ? every : alone) < 0) {
            if (!shared) {
                unseen.addAll(segments);
            }
            return !shared;
        }
        unseen.addAll(segments);
        look();
        unseen.clear();
        return true;
    }

    /** At every timeline of which something was merged, at last at the one on which WAL flows. */
    private void look() {
        var newest = wal.newest();
        if (newest.isEmpty()) {
            return;
        }
        var timelines = unseen.stream().map(WalSegmentName::timeline).collect(Collectors.toCollection(TreeSet::new));
        timelines.remove(newest.get().timeline());
        timelines.forEach(timeline -> compare(load(timeline, first(timeline).orElseThrow())));
        var end = generation.walSegmentSize().start(newest.get().end());
        compare(load(newest.get().timeline(), first(newest.get().timeline()).orElse(end)));
        looked = System.nanoTime();
    }

    private Optional<Lsn> first(TimelineId timeline) {
        return unseenOf(timeline).stream().min(Comparator.naturalOrder());
    }

    /** From a position on, or from one before it from which it was listed already. */
    private Looked load(TimelineId timeline, Lsn from) {
        var known = last.filter(before -> before.timeline().equals(timeline)
                && !from.isBefore(before.from())
                && from.minus(before.from())
                        < BACK * (long) generation.walSegmentSize().bytes());
        known.ifPresent(before -> before.archive().reload());
        var found = known.orElseGet(() -> {
            var position = last.isPresent() ? from : back(from);
            return new Looked(timeline, position, WalArchive.loadRecent(repository, generation, timeline, position));
        });
        var recently = repository.store().now().minus(alone.multipliedBy(2));
        if (last.isEmpty()) {
            // A session before this one may have merged these without knowing of others.
            found.archive().mergedSince(member, recently).stream()
                    .map(segment -> generation
                            .walSegmentSize()
                            .name(timeline, segment.range().start()))
                    .forEach(unseen::add);
        }
        shared = found.archive().isShared(member, recently);
        last = Optional.of(found);
        return found;
    }

    private Lsn back(Lsn from) {
        var bytes = BACK * (long) generation.walSegmentSize().bytes();
        return from.minus(Lsn.NONE) > bytes ? from.plus(-bytes) : Lsn.NONE;
    }

    private void compare(Looked at) {
        var stored = at.archive();
        var known = stored.declared(at.timeline());
        var found = WalAgreement.earlier(
                stored.compare(member, at.timeline(), unseenOf(at.timeline())), stored.divergence(at.timeline()));
        found.filter(divergence -> divergence.involves(member)
                        && known.filter(earlier -> !earlier.at().isAfter(divergence.at()))
                                .isEmpty())
                .ifPresent(divergence -> declare(stored, divergence));
    }

    private Set<Lsn> unseenOf(TimelineId timeline) {
        return unseen.stream()
                .filter(segment -> segment.timeline().equals(timeline))
                .map(segment -> segment.start(generation.walSegmentSize()))
                .collect(Collectors.toSet());
    }

    private void declare(WalArchive stored, Divergence divergence) {
        divergences.create(divergence.declaredAt(clock.instant()));
        stored.add(divergence);
    }

    /** The one on the timeline on which WAL flows, as far as it is known, whoever found it. */
    public Optional<Divergence> divergence() {
        return last.flatMap(found -> found.archive().divergence(found.timeline()));
    }
}
