package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectNumbers;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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

    /** What lies where a claim would, and is none. */
    private final Set<StoredObject> strangers = ConcurrentHashMap.newKeySet();

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

    /** A session that is genuine: its claim authenticates. */
    private record Known(Claim claim, ClaimDocument document) {}

    /**
     * Takes the next session, beneath which nothing lies yet.
     *
     * @throws ClaimHeldException if a stranger holds it and is alive
     */
    public Claim take(Applicant applicant) {
        while (true) {
            var newest = newest();
            if (newest.isPresent() && !applicant.takeOver()) {
                requireFree(newest.get(), applicant.token());
            }
            var taken = takeAfter(newest.map(known -> known.claim().session()).orElse(0), applicant);
            if (taken.isPresent()) {
                return taken.get();
            }
            // Another applicant was faster: look again, and be refused if it is a stranger.
        }
    }

    /**
     * The sessions after one that have a claim, genuine or not, have no number without one between them: so whoever is newest finds
     * out by looking at the next. One beneath which something lies already is claimed and left: its names are taken.
     */
    private Optional<Claim> takeAfter(int newest, Applicant applicant) {
        for (int session = newest + 1; ; session++) {
            var claim = new Claim(member, session);
            if (create(claim, applicant)) {
                if (isClean(claim)) {
                    return Optional.of(claim);
                }
            } else if (document(claim.key()).isPresent()) {
                return Optional.empty();
            }
        }
    }

    private boolean create(Claim claim, Applicant applicant) {
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
            return true;
        } catch (ObjectExistsException _) {
            return false;
        }
    }

    private boolean isClean(Claim claim) {
        try (var objects = repository.store().list(claim.folder())) {
            return objects.allMatch(object -> object.key().equals(claim.key()));
        }
    }

    /** Empty if it is not there, or does not authenticate. */
    private Optional<ClaimDocument> document(ObjectKey claim) {
        return ClaimDocument.read(repository, claim);
    }

    /**
     * Makes sure that nobody has taken over.
     *
     * @throws ClaimLostException if a newer session exists
     */
    public void requireNewest(Claim mine) {
        for (int session = mine.session() + 1; ; session++) {
            var next = repository.store().find(new Claim(member, session).key());
            if (next.isEmpty()) {
                return;
            }
            if (!strangers.contains(next.get())) {
                if (document(next.get().key()).isPresent()) {
                    throw new ClaimLostException(mine);
                }
                strangers.add(next.get());
            }
        }
    }

    /**
     * Whether a session of the member stores WAL here now. Looks at a few names, however many it has stored.
     *
     * @param flushed what the server has flushed: what a session that lives has stored is not far behind
     */
    public boolean isLive(Generation generation, TimelineId timeline, Lsn flushed) {
        var now = repository.store().now();
        return newest().map(Known::claim)
                .filter(claim -> isYoung(repository.store().find(claim.key()), now)
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
        if (number > ObjectNumbers.LAST) {
            return Optional.empty();
        }
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

    private void requireFree(Known newest, String token) {
        if (newest.document().token().equals(token)) {
            return;
        }
        var age = Duration.between(renewed(newest.claim()), repository.store().now());
        if (age.compareTo(LIFE) <= 0) {
            throw new ClaimHeldException(newest.document(), age);
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
    private Optional<Known> newest() {
        var sessions = new TreeSet<Integer>();
        var folder = Claim.folder(member);
        new SkippingListing(repository.store(), folder)
                .forEach(
                        object -> {
                            var session = SESSION.matcher(object.key().text());
                            if (!session.matches()) {
                                return Optional.empty();
                            }
                            sessions.add(Integer.parseInt(session.group(1)));
                            return Optional.of(SkippingListing.endOf(folder.child(session.group(1))));
                        },
                        _ -> {});
        return sessions.descendingSet().stream()
                .map(session -> new Claim(member, session))
                .flatMap(claim -> document(claim.key()).map(found -> new Known(claim, found)).stream())
                .findFirst();
    }
}
