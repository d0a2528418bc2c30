package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sees that what one member stores agrees with what others hold, and declares what does not. Segments are compared
 * before they are written, so that of two members the one that comes later has compared. As long as nobody else stores
 * WAL, the repository is listed seldom, and what was merged meanwhile is compared afterwards. Confined to one thread.
 */
public final class MemberAgreement {

    private final Repository repository;
    private final Generation generation;
    private final MemberName member;
    private final WalSource source;
    private final Duration every;
    private final Duration alone;
    private final InstantSource clock;
    private final List<WalSegmentName> unseen = new ArrayList<>();
    private @Nullable WalArchive archive;
    private boolean shared;
    private long looked;
    private int declared;

    /**
     * Begins with a session.
     *
     * @param every how often to look, and merge, while others store WAL, too; ten times as seldom while they do not
     */
    public MemberAgreement(
            Repository repository, Generation generation, Claim claim, Duration every, InstantSource clock) {
        this.repository = repository;
        this.generation = generation;
        this.member = claim.member();
        this.source = WalSource.of(claim, generation);
        this.every = every;
        this.alone = every.multipliedBy(10);
        this.clock = clock;
    }

    /** Whether these segments may be written now; if not, it is to be asked again later. */
    public boolean allows(List<WalSegmentName> segments) {
        var since = Duration.ofNanos(System.nanoTime() - looked);
        if (archive != null && since.compareTo(shared ? every : alone) < 0) {
            if (!shared) {
                unseen.addAll(segments);
            }
            return !shared;
        }
        var found = load();
        unseen.addAll(segments);
        found.timelines().forEach(timeline -> compare(found, timeline));
        unseen.clear();
        return true;
    }

    private WalArchive load() {
        var recently = repository.store().now().minus(alone.multipliedBy(2));
        var found = archive;
        if (found == null) {
            found = WalArchive.load(repository, generation);
            archive = found;
            // A session before this one may have merged these without knowing of others.
            found.mergedSince(member, recently)
                    .forEach(segment -> unseen.add(generation
                            .walSegmentSize()
                            .name(segment.range().timeline(), segment.range().start())));
        } else {
            found.reload();
        }
        shared = found.isShared(member, recently);
        looked = System.nanoTime();
        return found;
    }

    private void compare(WalArchive stored, TimelineId timeline) {
        var known = stored.declared(timeline);
        var found =
                WalAgreement.earlier(stored.compare(member, timeline, unseenOf(timeline)), stored.divergence(timeline));
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
        declared++;
        repository
                .objects()
                .createDocument(source.document("divergence", declared), divergence.declaredAt(clock.instant()));
        stored.add(divergence);
    }

    /** The one on a timeline, as far as it is known, whoever found it. */
    public Optional<Divergence> divergence(TimelineId timeline) {
        return Optional.ofNullable(archive).flatMap(found -> found.divergence(timeline));
    }
}
