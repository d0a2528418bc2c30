package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Takes and checks the claims of one member. Every object that a session stores beneath its claim renews it, by the
 * store's time. Thread-safe.
 */
public final class Claims {

    /** How long a claim that nothing renews keeps strangers out. */
    public static final Duration LIFE = Duration.ofSeconds(60);

    /** Bytes of WAL before what the server has flushed: where a session that lives stores, however far it is behind. */
    private static final List<Long> NEAR = List.of(64L << 10, 1L << 20, 16L << 20, 256L << 20);

    private static final int MOST_PIECES = 1000;

    private static final Pattern SESSION = Pattern.compile("claim/[^/]+/(\\d{8})/.*");

    private final Repository repository;
    private final MemberName member;

    public Claims(Repository repository, MemberName member) {
        this.repository = repository;
        this.member = member;
    }

    /**
     * Who wants the claim.
     *
     * @param token of the local state folder
     * @param takeOver also from a session that is alive
     */
    public record Applicant(
            SystemIdentifier systemIdentifier, String host, String token, Instant now, boolean takeOver) {}

    /**
     * Takes the next session.
     *
     * @throws ClaimHeldException if a stranger holds it and is alive
     */
    public Claim take(Applicant applicant) {
        while (true) {
            var newest = newest();
            if (newest.isPresent() && !applicant.takeOver()) {
                requireFree(newest.get(), applicant.token());
            }
            var claim = new Claim(member, newest.map(Claim::session).orElse(0) + 1);
            try {
                repository
                        .objects()
                        .createDocument(
                                claim.key(),
                                new ClaimDocument(
                                        member,
                                        claim.session(),
                                        applicant.systemIdentifier(),
                                        applicant.host(),
                                        applicant.now().truncatedTo(ChronoUnit.MILLIS),
                                        applicant.token()));
                return claim;
            } catch (ObjectExistsException _) {
                // Another applicant was faster: look again, and be refused if it is a stranger.
            }
        }
    }

    /**
     * Makes sure that nobody has taken over.
     *
     * @throws ClaimLostException if a newer session exists
     */
    public void requireNewest(Claim mine) {
        var next = new Claim(member, mine.session() + 1);
        if (repository.store().find(next.key()).isPresent()) {
            throw new ClaimLostException(mine);
        }
    }

    /**
     * Whether a session of the member stores WAL here now. Looks at a few names, however many it has stored.
     *
     * @param flushed what the server has flushed: what a session that lives has stored is not far behind
     */
    public boolean isLive(Generation generation, TimelineId timeline, Lsn flushed) {
        var now = repository.store().now();
        return newest().filter(claim -> isYoung(repository.store().find(claim.key()), now)
                        || isYoung(lastCovered(WalSource.of(claim, generation)), now)
                        || isYoung(lastPiece(WalSource.of(claim, generation), timeline, flushed), now))
                .isPresent();
    }

    private static boolean isYoung(Optional<StoredObject> object, Instant now) {
        return object.filter(found -> Duration.between(found.stored(), now).compareTo(LIFE) <= 0)
                .isPresent();
    }

    /** They are numbered, and only the first of them are ever removed. */
    private Optional<StoredObject> lastCovered(WalSource source) {
        var last = Optional.<StoredObject>empty();
        int step = 1;
        for (int after = 0; step > 0; ) {
            var next = coveredAfter(source, after + step - 1);
            if (next.isPresent()) {
                last = next;
                after += step;
                step *= 2;
            } else {
                step /= 2;
            }
        }
        return last;
    }

    private Optional<StoredObject> coveredAfter(WalSource source, int number) {
        try (var objects =
                repository.store().list(source.folder().child("covered"), source.document("covered", number))) {
            return objects.findFirst();
        }
    }

    private Optional<StoredObject> lastPiece(WalSource source, TimelineId timeline, Lsn flushed) {
        return NEAR.stream()
                .flatMap(distance ->
                        lastPieceAfter(source, timeline, new Lsn(Math.max(0, flushed.offset() - distance))).stream())
                .max(Comparator.comparing(StoredObject::stored));
    }

    /** Of the first of those that begin after a position: in small pieces there may be many. */
    private Optional<StoredObject> lastPieceAfter(WalSource source, TimelineId timeline, Lsn after) {
        var folder = source.folder().child("wal").child(timeline.hex());
        try (var objects = repository.store().list(folder, folder.child(after.sortable()))) {
            return objects.limit(MOST_PIECES).max(Comparator.comparing(StoredObject::stored));
        }
    }

    private void requireFree(Claim newest, String token) {
        var holder = repository.objects().readDocument(newest.key(), ClaimDocument.class);
        if (holder.token().equals(token)) {
            return;
        }
        var age = Duration.between(renewed(newest), repository.store().now());
        if (age.compareTo(LIFE) <= 0) {
            throw new ClaimHeldException(holder, age);
        }
    }

    /** Only strangers have to know: a session may have stored millions of objects. */
    private Instant renewed(Claim claim) {
        try (var objects = repository.store().list(claim.folder())) {
            return objects.map(StoredObject::stored)
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.EPOCH);
        }
    }

    /** Found by one object of each session. */
    private Optional<Claim> newest() {
        var sessions = new ArrayList<Claim>();
        var folder = Claim.folder(member);
        new SkippingListing(repository.store(), folder)
                .forEach(
                        object -> {
                            var session = SESSION.matcher(object.key().text());
                            if (!session.matches()) {
                                return Optional.empty();
                            }
                            sessions.add(new Claim(member, Integer.parseInt(session.group(1))));
                            return Optional.of(SkippingListing.endOf(folder.child(session.group(1))));
                        },
                        _ -> {});
        return sessions.stream().max(Comparator.comparingInt(Claim::session));
    }
}
