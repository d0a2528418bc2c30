package io.holdfast.postgres.archive;

import io.holdfast.repository.Repository;
import io.holdfast.repository.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A session that stored something a moment ago.
 *
 * @param age of its last sign of life, by the store's time
 */
public record LiveClaim(ClaimDocument document, Duration age) {

    private static final Pattern OF_SESSION = Pattern.compile("claim/([^/]+)/([0-9]{8})/.+");

    /** The newest session of every member, if it is not older than {@link Claims#LIFE}. Only those whose claim authenticates are sessions. */
    public static List<LiveClaim> all(Repository repository) {
        var lastSigns = new TreeMap<Claim, Instant>(
                Comparator.comparing((Claim claim) -> claim.member().text()).thenComparingInt(Claim::session));
        try (var objects = repository.store().list(ObjectKey.of("claim"))) {
            objects.forEach(object -> {
                var session = OF_SESSION.matcher(object.key().text());
                if (session.matches() && MemberName.isValid(session.group(1))) {
                    lastSigns.merge(
                            new Claim(new MemberName(session.group(1)), Integer.parseInt(session.group(2))),
                            object.stored(),
                            (one, other) -> other.isBefore(one) ? one : other);
                }
            });
        }
        var now = repository.store().now();
        var newest = new LinkedHashMap<MemberName, LiveClaim>();
        lastSigns.descendingMap().forEach((claim, last) -> {
            var age = Duration.between(last, now);
            if (age.compareTo(Claims.LIFE) <= 0
                    && !claim.member().equals(MemberName.RESTORE)
                    && !newest.containsKey(claim.member())) {
                ClaimDocument.read(repository, claim.key())
                        .ifPresent(document -> newest.put(claim.member(), new LiveClaim(document, age)));
            }
        });
        return List.copyOf(newest.values());
    }
}
