package io.holdfast.postgres.archive;

import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Takes and checks the claims of one member. Every object that a session stores beneath its claim renews it, by the
 * store's time. Thread-safe.
 */
public final class Claims {

    /** How long a claim that nothing renews keeps strangers out. */
    public static final Duration LIFE = Duration.ofSeconds(60);

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
            var claim =
                    new Claim(member, newest.map(found -> found.session() + 1).orElse(1));
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

    private void requireFree(Session newest, String token) {
        var age = Duration.between(newest.renewed(), repository.store().now());
        if (age.compareTo(LIFE) > 0) {
            return;
        }
        var holder = repository.objects().readDocument(newest.claim(member).key(), ClaimDocument.class);
        if (!holder.token().equals(token)) {
            throw new ClaimHeldException(holder, age);
        }
    }

    private record Session(int session, Instant renewed) {

        static Optional<Session> of(StoredObject object) {
            var matcher = SESSION.matcher(object.key().text());
            return matcher.matches()
                    ? Optional.of(new Session(Integer.parseInt(matcher.group(1)), object.stored()))
                    : Optional.empty();
        }

        Claim claim(MemberName member) {
            return new Claim(member, session);
        }

        Session or(Session other) {
            if (session != other.session) {
                return session > other.session ? this : other;
            }
            return renewed.isAfter(other.renewed) ? this : other;
        }
    }

    private Optional<Session> newest() {
        try (var objects = repository.store().list(Claim.folder(member))) {
            return objects.flatMap(object -> Session.of(object).stream()).reduce(Session::or);
        }
    }
}
